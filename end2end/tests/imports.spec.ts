import { expect, people, signIn, test } from "./support";

test("a list is brought, its columns are corrected, it is carried out and undone", async ({ page }, info) => {
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  const pic = `8${String(Date.now() % 100_000_000).padStart(8, "0")}`;
  await signIn(page, people.administrator);
  await page.goto("/fr/admin/imports");
  await page.getByLabel("Fichier", { exact: false }).last().setInputFiles({
    name: "liste.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`Titre;Pays;PIC\nÉcole inventée ${mark};FR;${pic}\nÉcole sans pays;Atlantis;\n`),
  });
  await page.getByRole("button", { name: "Voir ce que ferait ce fichier" }).click();
  await expect(page.getByText("Aucune colonne ne contient les noms")).toBeVisible();

  await page.getByText("Voir et corriger ce que les colonnes veulent dire").click();
  await page.getByLabel("Titre").selectOption("name_fr");
  await page.getByRole("button", { name: "Relire le fichier ainsi" }).click();
  await expect(page.getByRole("status").first()).toContainText("relu");
  await expect(page.locator("#import-rows")).toContainText(`École inventée ${mark}`);
  await expect(page.locator("#import-rows")).toContainText("« Atlantis » n’est pas repris");

  await page.getByRole("button", { name: "Écrire ces lignes (1)" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’import est fait");
  await page.getByRole("link", { name: `École inventée ${mark}` }).click();
  await expect(page.locator("main h1")).toHaveText(`École inventée ${mark}`);
  await page.goBack();

  await page.getByRole("button", { name: "Défaire cet import" }).click();
  await expect(page.getByRole("status").first()).toContainText("L’import est défait");
  await page.goto("/fr/admin/imports");
  await expect(page.locator("#import-list")).toContainText("défait");
});
