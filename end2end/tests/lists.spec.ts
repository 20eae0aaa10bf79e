import { expect, people, signIn, test } from "./support";
import { readFileSync } from "node:fs";

test("an office tags a filtered list, keeps it as a view, chooses its columns and takes it away", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${hasScript ? "avec" : "sans"} ${Date.now() % 100_000}`;
  await signIn(page, people.officer);
  await page.goto("/fr/agreements?q=declaration");
  await page.getByRole("link", { name: "Étiqueter cette liste…" }).click();
  await page.getByRole("button", { name: "Étiqueter", exact: true }).click();
  await expect(page.getByText("Ce champ est obligatoire.").first()).toBeVisible();
  await page.getByLabel("Étiquette").first().fill(`Suivi ${mark}`);
  await page.getByRole("button", { name: "Étiqueter", exact: true }).click();
  await expect(page.getByRole("status").first()).toContainText("L’étiquette est mise");

  await page.getByRole("navigation", { name: "Colonnes" }).getByRole("link", { name: "Étiquettes" }).click();
  await expect(page.locator("#agreements")).toContainText(`Suivi ${mark}`);
  await page.getByText("Garder cette vue").first().click();
  await page.getByLabel("Nom de la vue").fill(`Vue ${mark}`);
  await page.getByRole("button", { name: "Garder cette vue" }).click();
  await expect(page.getByRole("status").first()).toContainText("La vue est gardée");
  await page.goto("/fr/agreements");
  await page.getByRole("navigation", { name: "Vues gardées" }).getByRole("link", { name: `Vue ${mark}` }).click();
  await expect(page).toHaveURL(/q=declaration/);
  await expect(page.locator("#agreements")).toContainText(`Suivi ${mark}`);

  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("agreements.csv");
  const lines = readFileSync(await file.path(), "utf8").trim().split("\r\n");
  expect(lines.length).toBe((await page.locator("#agreements tbody tr").count()) + 1);
  expect(lines[1]).toContain(`Suivi ${mark}`);

  await page.getByRole("button", { name: `Oublier la vue « Vue ${mark} »` }).click();
  await expect(page.getByRole("status").first()).toContainText("La vue est oubliée");
  await page.goto(`/fr/agreements?tag=${encodeURIComponent(`Suivi ${mark}`)}`);
  await page.getByRole("link", { name: "Étiqueter cette liste…" }).click();
  await page.getByLabel("Étiquette").first().fill(`suivi ${mark}`);
  await page.getByRole("button", { name: "Retirer l’étiquette" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’étiquette est retirée");
});
