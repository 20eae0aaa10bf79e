//! Server functions, by area. Each is a public endpoint: it authenticates, parses, decides, acts, answers.
