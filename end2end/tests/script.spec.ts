import { awake, expect, people, signIn, test } from "./support";

test("the slash key leads to the search box", async ({ page }) => {
  await page.goto("/fr");
  await awake(page, true);
  await page.keyboard.press("/");
  await expect(page.locator("#search")).toBeFocused();
});

test("problems are named and dates understood while one types, by the rules of the server", async ({ page }) => {
  await signIn(page, people.officer);
  await page.goto("/fr/agreements/new");
  await awake(page, true);
  const starts = page.locator("input[name='form[starts]']");
  await starts.fill("mai 2024");
  await starts.blur();
  await expect(page.locator("#f-form-starts-understood")).toContainText("mai 2024");
  const ends = page.locator("input[name='form[ends]']");
  await ends.fill("2023");
  await ends.blur();
  await expect(page.locator("#f-form-ends-error")).toContainText("avant le début");
  await ends.fill("2026");
  await ends.blur();
  await expect(page.locator("#f-form-ends-error")).toHaveCount(0);
});

test("what is typed is kept as one types, and offered when one comes back", async ({ page }) => {
  await signIn(page, people.secondOfficer);
  await page.goto("/fr/agreements/new");
  await awake(page, true);
  const kept = page.waitForResponse((response) => response.url().includes("/api/keep_agreement_draft"));
  await page.getByLabel("Titre en français").fill("À moitié tapé");
  expect((await kept).ok()).toBe(true);
  await page.goto("/fr/agreements");
  await page.goto("/fr/agreements/new");
  await page.getByRole("link", { name: "Le reprendre" }).click();
  await expect(page.getByLabel("Titre en français")).toHaveValue("À moitié tapé");
});

test("the party picker works by keyboard", async ({ page }) => {
  await signIn(page, people.officer);
  await page.goto("/en/agreements/new");
  await awake(page, true);
  const party = page.locator("#party-1");
  await party.getByRole("combobox", { name: "Institution" }).pressSequentially("osaka", { delay: 20 });
  await expect(party.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(party.locator(".chosen .who")).toContainText("Osaka");
});
