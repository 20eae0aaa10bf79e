import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

test("what two institutions have between them is one page, reached from either and from their agreements", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.lead);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("student_exchange");
  await page.getByLabel("Titre en français").fill(`Échange suivi ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2021-09");
  await page.locator("input[name='form[ends]']").fill("2031-08-31");
  await chooseParty(page, 1, "osaka", /Osaka/, hasScript);
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  await page.getByRole("button", { name: "Partager avec les parties" }).click();

  await page.getByRole("link", { name: /Tout ce qu’aivancity et .*Osaka.* ont de commun/ }).click();
  await expect(page.locator("main h1")).toContainText("aivancity et");
  await expect(page.locator("#agreements")).toContainText(`Échange suivi ${mark}`);
  await expect(page.locator("#timeline")).toContainText("Version 1 partagée entre les parties");
  await expect(page.getByRole("heading", { name: "Couverture par des accords d’échange" })).toBeVisible();
  const address = new URL(page.url()).pathname;

  // The same from the institution's page, and from the other side.
  const [one, other] = address.split("/").slice(-3).filter((part) => part !== "with");
  await page.locator(`main a[href$='/institutions/${one}']`).first().click();
  await page.locator("#partners a.row-link", { hasText: "Osaka" }).click();
  await expect(page).toHaveURL(new RegExp(`${address}$`));
  await page.goto(`/en/institutions/${other}/with/${one}`);
  await expect(page.locator("#timeline")).toContainText("Revision 1 shared among the parties");

  // The list of agreements holds those of the two, until the partner is taken away.
  await page.goto(`/fr/agreements?institution=${one}&partner=${other}&q=${encodeURIComponent(mark)}`);
  await expect(page.locator("#agreements")).toContainText(`Échange suivi ${mark}`);
  await page.getByRole("link", { name: /Partenaire : / }).click();
  await expect(page).toHaveURL(/institution=/);
  await expect(page).not.toHaveURL(/partner=/);

  // A visitor sees what is published, and this is not.
  const visitor = await asSomeone(browser, null, hasScript);
  await visitor.goto(address);
  await expect(visitor.locator("main")).not.toContainText(mark);
  await visitor.context().close();
});

test("an administrator makes one of two institutions, and the old address leads to the one that stays", async ({ page }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, people.administrator);
  const add = async (name: string, site: string) => {
    await page.goto("/fr/institutions/new");
    await awake(page, hasScript);
    await page.locator("select[name='form[kind]']").selectOption("university");
    await page.locator("input[name='form[name_fr]']").fill(name);
    await page.locator("select[name='form[country]']").selectOption("FR");
    await page.locator("input[name='form[site]']").fill(site);
    await page.locator("form[action='/api/save_institution'] .actions button").first().click();
    await expect(page.locator("main h1")).toHaveText(name);
    return new URL(page.url()).pathname;
  };
  const gone = await add(`Ancienne ${mark}`, "https://ancienne.example.invalid");
  const kept = await add(`Nouvelle ${mark}`, "");

  await page.goto(gone);
  await page.getByRole("link", { name: "Fusionner avec un autre" }).click();
  await page.getByLabel("L’autre établissement").fill(`Nouvelle ${mark}`);
  await page.getByRole("button", { name: "Chercher" }).last().click();
  await page.getByRole("link", { name: `Nouvelle ${mark}` }).click();
  await expect(page.locator("#merge-table")).toContainText("ancienne.example.invalid");
  await page.getByRole("link", { name: /Garder plutôt/ }).click();
  await expect(page.locator("main")).toContainText(`« Nouvelle ${mark} » disparaît`);
  await page.getByRole("link", { name: /Garder plutôt/ }).click();
  await page.locator("input[name='form[name]']").fill("Autre chose");
  await page.getByRole("button", { name: "Réunir les deux établissements" }).click();
  await expect(page.getByText("Ce n’est pas le nom demandé.").first()).toBeVisible();
  await expect(page.locator("input[name='form[name]']")).toHaveValue("Autre chose");
  await page.locator("input[name='form[name]']").fill(`ancienne ${mark}`);
  await page.getByRole("button", { name: "Réunir les deux établissements" }).click();
  await expect(page.getByRole("status").first()).toContainText("Les deux établissements sont réunis");
  await expect(page.locator("main")).toContainText("Connu aussi comme");
  await page.goto(gone);
  await expect(page).toHaveURL(new RegExp(`${kept}$`));
});
