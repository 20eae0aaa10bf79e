import { awake, expect, people, signIn, test } from "./support";

test("a document is refused for its content, added, listed and removed", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const title = `Original signé ${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements?q=declaration");
  await page.locator("#agreements a.row-link").first().click();
  await page.getByRole("link", { name: "Ajouter un document" }).click();
  await awake(page, hasScript);
  await page.getByLabel("Nature du document").selectOption("signed_original");
  await page.getByLabel("Titre", { exact: true }).fill(title);
  const file = page.locator("input[name=file]");
  await file.setInputFiles({ name: "accord.pdf", mimeType: "application/pdf", buffer: Buffer.from("MZ a program") });
  await page.getByRole("button", { name: "Ajouter le document" }).click();
  await expect(page.getByText("son contenu compte, pas son nom").first()).toBeVisible();
  await expect(page.getByLabel("Titre", { exact: true })).toHaveValue(title);
  await awake(page, hasScript);
  await file.setInputFiles({ name: "accord.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 essai") });
  await page.getByRole("button", { name: "Ajouter le document" }).click();
  await expect(page.getByRole("status").first()).toContainText("Le document est ajouté");
  await expect(page.locator("#documents")).toContainText(title);
  await page.getByRole("link", { name: `Retirer « ${title} »` }).click();
  await page.getByRole("button", { name: "Retirer le document" }).click();
  await expect(page.getByRole("status").first()).toContainText("Le document est retiré");
  await expect(page.locator("main")).not.toContainText(title);
});
