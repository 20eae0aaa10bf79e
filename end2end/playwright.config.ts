import { defineConfig } from "@playwright/test";

/** Set by `cargo xtask e2e`: the address of a server that holds the demonstration, and the browser to use. */
const baseURL = process.env.ENTENTE_URL ?? "http://127.0.0.1:3000";

export default defineConfig({
  testDir: "tests",
  timeout: 120_000,
  // Two browsers, a debug server and a database share two cores: what is slow is not wrong.
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: 2,
  forbidOnly: !!process.env.CI,
  reporter: [["list"]],
  use: {
    baseURL,
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "with-javascript", use: { javaScriptEnabled: true } },
    { name: "without-javascript", use: { javaScriptEnabled: false }, testIgnore: ["axe.spec.ts", "script.spec.ts"] },
  ],
});
