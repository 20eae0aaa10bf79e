import { asSomeone, awake, expect, signIn, test } from "./support";

const lead = "lead.ales";
const officer = "officer.ales";

test("the board follows a change in another browser, and the ledger explains it", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = `${info.project.name} ${info.workerIndex}-${Date.now() % 100_000}`;
  await signIn(page, lead);
  await page.getByRole("navigation").getByRole("link", { name: "Places", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Places");
  await page.getByLabel("Nom du partenaire").fill("kagawa");
  await page.getByLabel("Sens").selectOption("out");
  await page.getByRole("button", { name: "Appliquer" }).click();
  await expect(page.getByText("Sens : Départs")).toBeVisible();
  // Years in which nobody is put forward.
  const later = new URL(page.url());
  later.searchParams.set("from", String(new Date().getFullYear() + (hasScript ? 5 : 9)));
  await page.goto(later.href);
  const row = page.locator("#seats tbody tr");
  await expect(row).toHaveCount(1);

  // Another browser has the same board open.
  const other = await asSomeone(browser, officer, hasScript);
  await other.goto(page.url().replace(/^.*\/fr\//, "/fr/"));
  const present = other.locator("#seats tbody tr td").nth(1).locator(".seats .number");
  const before = await present.innerText();
  const [used, capacity] = before.split("/").map(Number);
  if (hasScript) {
    await expect(other.locator("#live-state")).toContainText("En direct");
  }

  // The lead opens a place more, on behalf of the host, which has no account: what is missing is said, what was typed stays.
  await row.locator("td").nth(1).locator(".seats").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Kagawa");
  await awake(page, hasScript);
  const form = page.locator("form[action='/api/adjust_seats']");
  await form.getByLabel("Nombre de places").fill("1");
  await form.getByLabel("Pourquoi").fill(`Accord du doyen ${mark}`);
  await form.getByRole("button", { name: "Changer le nombre de places" }).click();
  await expect(form.locator("#f-form-evidence-error")).toBeVisible();
  await expect(form.getByLabel("Pourquoi")).toHaveValue(`Accord du doyen ${mark}`);
  await form.getByLabel("Ce qui l’atteste").fill("Courriel du 3 mars");
  await form.getByRole("button", { name: "Changer le nombre de places" }).click();
  await expect(page.getByRole("status").first()).toContainText("Le nombre de places est changé");
  await expect(page.locator("#lines")).toContainText(`Accord du doyen ${mark}`);

  if (!hasScript) {
    await other.getByRole("link", { name: "Recharger" }).click();
  }
  await expect(present).toHaveText(`${used}/${capacity + 1}`);
  if (hasScript) {
    await expect(other.getByRole("status")).toContainText(`${used}/${capacity + 1}`);
  }

  // It is taken back, so that the next one finds what this one found.
  await awake(page, hasScript);
  await form.getByLabel("Nombre de places").fill("−1");
  await form.getByLabel("Pourquoi").fill(`Retour ${mark}`);
  await form.getByLabel("Ce qui l’atteste").fill("Courriel du 4 mars");
  await form.getByRole("button", { name: "Changer le nombre de places" }).click();
  await expect(page.locator("#lines")).toContainText(`Retour ${mark}`);
  if (!hasScript) {
    await other.getByRole("link", { name: "Recharger" }).click();
  }
  await expect(present).toHaveText(before);
  await other.context().close();
});

test("sums follow a change in another browser, and a board of full years says when it holds others", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  // Years that no other test asks for.
  const year = new Date().getFullYear() + (hasScript ? 5 : 6);
  const board = `/fr/seats?q=osaka&direction=in&from=${year - 1}`;
  const sums = await asSomeone(browser, officer, hasScript);
  await sums.goto(`${board}&group=partner`);
  const filtered = await sums.context().newPage();
  await filtered.goto(`${board}&fullness=not_agreed`);
  const capacity = sums.locator("#sums tbody tr td").nth(2);
  const lines = filtered.locator("#seats tbody tr");
  await expect(capacity).toHaveText("0");
  await expect(lines).toHaveCount(1);
  if (hasScript) {
    for (const one of [sums, filtered]) {
      await expect(one.locator("#live-state")).toContainText("En direct");
    }
  }
  const follows = async (units: string, count: number) => {
    if (hasScript) {
      await expect(capacity).toHaveText(units);
      await expect(sums.getByRole("status")).not.toContainText("La liste a changé");
      await expect(filtered.getByRole("status")).toContainText("La liste a changé");
      await filtered.getByRole("link", { name: "la montrer à nouveau" }).click();
    } else {
      for (const one of [sums, filtered]) {
        await one.getByRole("link", { name: "Recharger" }).click();
      }
      await expect(capacity).toHaveText(units);
    }
    await expect(lines).toHaveCount(count);
    await expect(filtered.getByRole("status")).not.toContainText("La liste a changé");
    if (hasScript) {
      await expect(filtered.locator("#live-state")).toContainText("En direct");
    }
  };

  await signIn(page, lead);
  await page.goto(board);
  await page.locator("#seats tbody tr td").nth(1).locator(".seats").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Osaka");
  const form = page.locator("form[action='/api/adjust_seats']");
  for (const [units, after, count] of [["2", "2", 0], ["−2", "0", 1]] as const) {
    await awake(page, hasScript);
    await form.getByLabel("Nombre de places").fill(units);
    await form.getByLabel("Pourquoi").fill("Accord du doyen");
    await form.getByRole("button", { name: "Changer le nombre de places" }).click();
    await expect(page.getByRole("status").first()).toContainText("Le nombre de places est changé");
    await follows(after, count);
  }
  await sums.context().close();
});

test("a board that is refused a stream says so, and follows once it gets one", async ({ page }, info) => {
  test.skip(info.project.use.javaScriptEnabled === false, "without script nothing is followed");
  await signIn(page, lead);
  await page.route("**/events/seats", (route) => route.fulfill({ status: 503 }));
  await page.goto("/fr/seats?q=kagawa");
  await expect(page.locator("#live-state")).toContainText("Pas de liaison directe");
  await page.unroute("**/events/seats");
  await expect(page.locator("#live-state")).toContainText("En direct", { timeout: 20_000 });
});

test("the board is added up, and each sum leads to its flows", async ({ page }) => {
  await signIn(page, lead);
  await page.goto("/fr/seats");
  await page.getByRole("navigation", { name: "Additionner par" }).getByRole("link", { name: "pays" }).click();
  await page.locator("#sums").getByRole("link", { name: "Japon" }).click();
  await expect(page.getByText("Pays d’une partie : Japon")).toBeVisible();
  await expect(page.locator("#seats tbody tr").first()).toContainText("Kagawa");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  expect((await download).suggestedFilename()).toBe("seats.csv");
});
