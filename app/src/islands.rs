//! Regions of a page that the browser makes livelier. Every page works without them.
