import { awake, chooseParty, expect, people, signIn, test } from "./support";

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

test("a file that is too large is not taken, and one on its way shows how far it has come", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const title = `Annexe ${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements?q=declaration");
  await page.locator("#agreements a.row-link").first().click();
  await page.getByRole("link", { name: "Ajouter un document" }).click();
  await awake(page, hasScript);
  let sent = 0;
  page.on("request", (request) => {
    sent += request.url().includes("/api/add_document/") ? 1 : 0;
  });
  const pdf = (megabytes: number) => ({
    name: "annexe.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.concat([Buffer.from("%PDF-1.7\n"), Buffer.alloc(megabytes << 20)]),
  });
  await page.getByLabel("Nature du document").selectOption("annex");
  await page.getByLabel("Titre", { exact: true }).fill(title);
  const file = page.locator("input[name=file]");
  const add = page.getByRole("button", { name: "Ajouter le document" });
  await file.setInputFiles(pdf(26));
  await add.click();
  await expect(page.getByText("Ce fichier dépasse 25 Mo").first()).toBeVisible();
  await expect(page.getByLabel("Titre", { exact: true })).toHaveValue(title);
  expect(sent, "with a script it is not even sent").toBe(hasScript ? 0 : 1);

  await awake(page, hasScript);
  await file.setInputFiles(pdf(5));
  let go = () => {};
  if (hasScript) {
    const looked = new Promise<void>((resolve) => (go = resolve));
    await page.route("**/api/add_document/**", async (route) => {
      await looked;
      await route.continue();
    });
  }
  await add.click();
  if (hasScript) {
    await expect(page.locator(".upload progress")).toBeVisible();
    await expect(page.locator(".upload").getByRole("status")).toContainText("%");
    await expect(add).toBeDisabled();
    go();
  }
  await expect(page.getByRole("status").first()).toContainText("Le document est ajouté");
  await page.getByRole("link", { name: `Retirer « ${title} »` }).click();
  await page.getByRole("button", { name: "Retirer le document" }).click();
  await expect(page.locator("main")).not.toContainText(title);
});

test("a document attests to a signature, and is then not removed; the revision is taken away as PDF", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("framework");
  await page.getByLabel("Titre en français").fill(`Convention attestée ${mark}`);
  await chooseParty(page, 1, "choose paris", /Choose Paris Region/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  const address = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  await page.getByRole("link", { name: "Ajouter un document" }).click();
  await awake(page, hasScript);
  await page.getByLabel("Nature du document").selectOption("letter");
  await page.getByLabel("Titre", { exact: true }).fill("Courrier de la région");
  await page
    .locator("input[name=file]")
    .setInputFiles({ name: "courrier.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7 essai") });
  await page.getByRole("button", { name: "Ajouter le document" }).click();
  await expect(page.getByRole("status").first()).toContainText("Le document est ajouté");
  await page.goto(`${address}/sign`);
  const region = page.locator("fieldset").filter({ hasText: "Choose Paris Region" }).last();
  await page.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(page.getByText("ou choisissez un document").first()).toBeVisible();
  await region.getByLabel("Document qui l’atteste").selectOption({ label: "Courrier de la région" });
  await page.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(page.locator("#parties")).toContainText("Attesté par Courrier de la région");
  await expect(page.locator("#documents")).toContainText("Atteste un fait de cet accord");
  await expect(page.getByRole("link", { name: "Retirer « Courrier de la région »" })).toHaveCount(0);

  await page.goto(`${address}/revisions/1/print`);
  const coming = page.waitForEvent("download");
  await page.getByRole("link", { name: "Enregistrer en PDF" }).click();
  expect((await coming).suggestedFilename()).toMatch(/^entente-.*-1\.pdf$/);
});
