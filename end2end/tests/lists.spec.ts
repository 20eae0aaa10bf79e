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

test("a list is asked for what is not over, as of a day, and the day is taken away again", async ({ page }) => {
  await signIn(page, people.officer);
  await page.goto("/fr/agreements");
  const rail = page.locator("form.filters");
  if (!(await rail.isVisible())) {
    await page.locator("details.rail > summary").click();
  }
  await rail.getByLabel("État").selectOption({ label: "Pas encore terminé" });
  await rail.getByLabel("Au", { exact: true }).fill("2001-09-01");
  await rail.getByRole("button", { name: "Appliquer" }).click();
  await expect(page).toHaveURL(/standing=not_over/);
  await expect(page).toHaveURL(/on=2001-09-01/);
  await page.locator("#agreements a.row-link").first().click();
  await expect(page.locator("main")).toContainText("Son état au 1er septembre 2001");
  await page.getByRole("link", { name: "Voir son état d’aujourd’hui" }).click();
  await expect(page.locator("main")).not.toContainText("Son état au");
  await page.goBack();
  await page.goBack();
  await page.getByRole("link", { name: "Retirer le filtre « Au : 1er septembre 2001 »" }).click();
  await expect(page).not.toHaveURL(/on=2001/);
  await expect(page).toHaveURL(/standing=not_over/);
});
