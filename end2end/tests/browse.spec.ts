import { expect, people, signIn, test } from "./support";

test("a visitor filters, sorts and takes filters away again, all in the address", async ({ page }) => {
  await page.goto("/fr/agreements");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Accords");
  await page.goto("/fr/agreements?country=JP");
  const table = page.locator("#agreements");
  await expect(table).toContainText("Kagawa");
  await expect(table).not.toContainText("Albert School");
  await page.getByRole("link", { name: /Pays d’une partie : Japon/ }).click();
  await expect(page).toHaveURL(/\/fr\/agreements$/);
  await expect(table).toContainText("Albert School");
  await page.goto("/fr/agreements?kind=double_degree&sort=title");
  await expect(table).toContainText("Keiō");
  await page.goto("/fr/agreements?standing=rien&year=2024/2025");
  await expect(page.getByText("Un filtre de cette adresse n’a pas été compris")).toBeVisible();
});

test("search finds without accents, in both languages", async ({ page }) => {
  for (const [typed, found] of [
    ["ales", "IMT Mines Alès"],
    ["keio", "Keiō"],
    ["kagawa", "Kagawa"],
    ["ile de fr", "Île-de-France Region"],
  ]) {
    await page.goto(`/en/search?q=${encodeURIComponent(typed)}`);
    await expect(page.locator("main")).toContainText(found);
  }
  await page.goto("/en/search?q=zzzz");
  await expect(page.getByText("Nothing matches “zzzz”.")).toBeVisible();
});

test("the language and theme links keep the page", async ({ page }) => {
  await page.goto("/fr/institutions?country=JP");
  await page.getByRole("link", { name: "English" }).first().click();
  await expect(page).toHaveURL(/\/en\/institutions\?country=JP/);
  await page.locator("form[action='/api/set_preferences'] button[value=dark]").first().click();
  await expect(page).toHaveURL(/\/en\/institutions\?country=JP/);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("what does not exist and what one may not see look the same", async ({ page }) => {
  const nothing = await page.goto("/fr/agreements/00000000-0000-7000-8000-000000000000");
  expect(nothing?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cette page n’existe pas");
  expect((await page.goto("/de/agreements"))?.status()).toBe(404);
  expect((await page.goto("/fr/rien"))?.status()).toBe(404);
  await signIn(page, people.officer);
  const audit = await page.goto("/fr/admin/audit");
  expect([403, 404]).toContain(audit?.status());
});

test("an administrator reads the audit trail, an officer signs out", async ({ page }) => {
  await signIn(page, people.administrator);
  await page.goto("/fr/admin/audit");
  await expect(page.locator("#audit")).toContainText("accord consigné");
  await page.goto("/fr/account");
  await page.getByRole("button", { name: "Se déconnecter" }).first().click();
  await page.goto("/fr/account");
  await expect(page).toHaveURL(/sign-in/);
});
