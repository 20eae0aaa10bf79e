import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

const summary = "Développer des actions de coopération en intelligence artificielle et en données.";

test("an officer logs the four-party declaration, and everyone reads it in both languages", async ({
  page,
  browser,
}, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  const titleFr = `Déclaration d’intention du 10 janvier 2024 (${mark})`;
  const titleEn = `Declaration of intent of January 10, 2024 (${mark})`;
  const begun = Date.now();

  await signIn(page, people.officer);
  await page.goto("/fr/agreements");
  await page.getByRole("link", { name: "Consigner un accord" }).click();
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("declaration_of_intent");
  await page.getByLabel("Titre en français").fill(titleFr);
  await page.getByLabel("Titre en anglais").fill(titleEn);
  await expect(page.locator("#party-0 .chosen .who")).toHaveText("aivancity");
  await chooseParty(page, 1, "ile de france", /Île-de-France/, hasScript);
  await page.getByRole("button", { name: "Ajouter une partie" }).click();
  await awake(page, hasScript);
  await chooseParty(page, 2, "bangalore", /IIIT Bangalore/, hasScript);
  await page.getByRole("button", { name: "Ajouter une partie" }).click();
  await awake(page, hasScript);
  await chooseParty(page, 3, "choose paris", /Choose Paris Region/, hasScript);
  for (const index of [0, 1, 2, 3]) {
    await page.locator(`input[name='form[parties][${index}][signed_on]']`).fill("10/01/2024");
  }
  await page.locator("input[name='form[starts]']").fill("10 janvier 2024");
  await page.getByLabel("Sans terme prévu").check();
  await page.getByLabel("Résumé en français").fill(summary);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();

  await expect(page.getByRole("heading", { level: 1 })).toHaveText(titleFr);
  await expect(page.getByRole("status").first()).toContainText("L’accord est consigné");
  const address = new URL(page.url()).pathname;

  const stranger = await asSomeone(browser, people.stranger, hasScript);
  expect((await stranger.goto(address))?.status()).toBe(404);
  const visitor = await asSomeone(browser, null, hasScript);
  await visitor.goto(address);
  await expect(visitor).toHaveURL(/sign-in|agreements/);
  await expect(visitor.getByText(titleFr)).toHaveCount(0);

  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  await expect(page.getByRole("status").first()).toContainText("partagé");
  await page.getByRole("button", { name: "Publier dans le registre" }).click();
  await expect(page.getByRole("status").first()).toContainText("publié");
  expect(Date.now() - begun, "in under three minutes").toBeLessThan(180_000);

  await visitor.goto(address);
  await expect(visitor.getByRole("heading", { level: 1 })).toHaveText(titleFr);
  for (const party of ["aivancity", "Région Île-de-France", "IIIT Bangalore", "Choose Paris Region"]) {
    await expect(visitor.locator("#party-table")).toContainText(party);
  }
  await visitor.goto(address.replace("/fr/", "/en/"));
  await expect(visitor.getByRole("heading", { level: 1 })).toHaveText(titleEn);
  await visitor.goto(`/en/search?q=${encodeURIComponent(mark)}`);
  await expect(visitor.getByRole("link", { name: titleEn })).toBeVisible();

  const lead = await asSomeone(browser, people.lead, hasScript);
  await lead.goto(address);
  await lead.getByRole("link", { name: "Consigner les signatures" }).click();
  await lead.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(lead.getByRole("alert")).toContainText("Dites ce qui l’atteste");
  for (const evidence of await lead.locator("textarea").all()) {
    await evidence.fill("Document signé, lu par le service.");
  }
  await lead.getByRole("button", { name: "Consigner les signatures" }).click();
  await expect(lead.getByRole("status").first()).toContainText("Les signatures sont consignées");
  await expect(lead.locator("main .heading")).toContainText("En vigueur");
  await visitor.goto(address);
  await expect(visitor.locator("main .heading")).toContainText("En vigueur");
});

test("a second officer's stale save is refused, the differences are shown, nothing typed is lost", async ({
  page,
  browser,
}, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.officer);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("framework");
  await page.getByLabel("Titre en français").fill(`Convention ${mark}`);
  await chooseParty(page, 1, "keio", /Kei/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Convention ${mark}`);
  const edit = `${new URL(page.url()).pathname}/edit`;

  const second = await asSomeone(browser, people.secondOfficer, hasScript);
  await second.goto(edit);
  await awake(second, hasScript);
  await page.goto(edit);
  await awake(page, hasScript);
  await page.getByLabel("Titre en anglais").fill("First to save");
  await page.getByRole("button", { name: "Enregistrer" }).last().click();
  await expect(page.getByRole("status").first()).toContainText("enregistré");

  await second.getByLabel("Titre en anglais").fill("Second to save");
  await second.getByLabel("Résumé en français").fill("Un texte long à taper.");
  await second.getByRole("button", { name: "Enregistrer" }).last().click();
  await expect(second.getByText("Un autre enregistrement est passé avant le vôtre")).toBeVisible();
  await expect(second.locator("#stale")).toContainText("First to save");
  await expect(second.locator("#stale")).toContainText("Second to save");
  await expect(second.getByLabel("Titre en anglais")).toHaveValue("Second to save");
  await expect(second.getByLabel("Résumé en français")).toHaveValue("Un texte long à taper.");
  await awake(second, hasScript);
  await second.getByRole("button", { name: "Enregistrer" }).last().click();
  await expect(second.getByRole("status").first()).toContainText("enregistré");
});

test("a session that ends while one types loses nothing", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  await signIn(page, people.officer);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Titre en français").fill("Un titre tapé avant la fin");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  await expect(page).toHaveURL(/sign-in/);
  await expect(page.getByText("Votre session a pris fin")).toBeVisible();
  await page.locator("main input[name=email]").fill(`${people.officer}@exemple.invalid`);
  await page.locator("main input[name=password]").fill(process.env.ENTENTE_DEMO_PASSWORD ?? "demo-Entente-2026!");
  await page.locator("main form[action='/api/sign_in'] button").click();
  await expect(page).toHaveURL(/agreements\/new/);
  await expect(page.getByLabel("Titre en français")).toHaveValue("Un titre tapé avant la fin");
});
