import type { Locator, Page, TestInfo } from "@playwright/test";
import { asSomeone, awake, chooseParty, expect, people, signIn, test } from "./support";

/** What the pages say in each language. */
const words = {
  fr: {
    name: "Nom (obligatoire)",
    email: "Adresse électronique",
    year: "Année universitaire",
    term: "Période",
    nominate: "Nommer",
    nominateOne: "Nommer un étudiant",
    isWaitlisted: "en liste d’attente",
    isNominated: "est nommée",
    isFirst: "en position 1",
    live: "En direct",
    reload: "Recharger",
    full: "complet",
    reason: "Motif",
    evidence: "Ce qui l’atteste",
    reject: "Refuser la nomination",
    isOffered: "Une place s’est libérée",
    take: "Accepter la place offerte",
    isSent: "transmise à",
    accept: "Accepter la nomination",
    isAccepted: "a accepté",
    confirm: "Confirmer la place",
    isConfirmed: "La place est confirmée",
    withdraw: "Retirer la nomination",
    done: "C’est fait",
  },
  en: {
    name: "Name (required)",
    email: "E-mail address",
    year: "Academic year",
    term: "Term",
    nominate: "Nominate",
    nominateOne: "Nominate a student",
    isWaitlisted: "on the waitlist",
    isNominated: "is nominated",
    isFirst: "at position 1",
    live: "Live",
    reload: "Reload",
    full: "full",
    reason: "Reason",
    evidence: "What attests to it",
    reject: "Reject the nomination",
    isOffered: "A place came free",
    take: "Take the place offered",
    isSent: "sent to",
    accept: "Accept the nomination",
    isAccepted: "accepted",
    confirm: "Confirm the place",
    isConfirmed: "The place is confirmed",
    withdraw: "Withdraw the nomination",
    done: "Done",
  },
};
type Words = (typeof words)["fr"];

/** Puts someone forward; on the form of a flow. */
async function nominate(page: Page, name: string, email: string, year = 1, term = "S1", said: Words = words.fr) {
  await page.getByLabel(said.name, { exact: true }).fill(name);
  await page.getByLabel(said.email).fill(email);
  await page.getByLabel(said.year).selectOption({ index: year });
  await page.getByLabel(said.term).selectOption(term);
  await page.getByRole("button", { name: said.nominate }).click();
}

/** Puts six forward for five places, the last with the account `who`. The addresses of their pages. */
async function nominateSix(page: Page, form: string, who: string, mark: string, said: Words, year?: number, term?: string) {
  const nominations: string[] = [];
  for (let n = 1; n <= 6; n += 1) {
    await page.goto(form);
    const email = n === 6 ? `${who}@exemple.invalid` : `eleve${n}.${mark}@exemple.invalid`;
    await nominate(page, `Élève ${n} ${mark}`, email, year, term, said);
    await expect(page.getByRole("status").first()).toContainText(n === 6 ? said.isWaitlisted : said.isNominated);
    nominations.push(new URL(page.url()).pathname);
  }
  await expect(page.locator("main")).toContainText(said.isFirst);
  return nominations;
}

/** That these places of an open board say so: of themselves, or once it is reloaded. */
async function follows(places: Locator, hasScript: boolean, texts: string[], said: Words = words.fr) {
  if (!hasScript) {
    await places.page().getByRole("link", { name: said.reload }).click();
  }
  for (const one of texts) {
    await expect(places).toContainText(one);
  }
}

/** What tells the people of one run of a test from those of another. */
const markOf = (info: TestInfo) =>
  `${info.project.name}-${info.workerIndex}-${Date.now() % 100_000}`.replace(/[^a-z0-9-]/gi, "");

test("six students for five places: one is rejected, the sixth gets the offer, is accepted and confirms", async ({
  page,
  browser,
}, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = markOf(info);
  const who = hasScript ? people.student : people.otherStudent;

  // An exchange with five places, signed by both.
  await signIn(page, people.home);
  await page.goto("/fr/agreements/new");
  await awake(page, hasScript);
  await page.getByLabel("Nature de l’accord").selectOption("student_exchange");
  await page.getByLabel("Titre en français").fill(`Échange de cinq places ${mark}`);
  await page.locator("input[name='form[starts]']").fill("2024-09-01");
  await chooseParty(page, 1, "ece", /^ECE/, hasScript);
  await page.getByRole("button", { name: "Ajouter un flux" }).click();
  await awake(page, hasScript);
  const flow = page.locator("#flow-0");
  await flow.getByLabel("Type de mobilité").selectOption("student_studies");
  await flow.getByLabel("Partie qui envoie").selectOption({ label: "IMT Mines Alès" });
  await flow.getByLabel("Partie qui accueille").selectOption({ label: "ECE" });
  await flow.getByLabel("Nombre de places", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Enregistrer le brouillon" }).last().click();
  const agreement = new URL(page.url()).pathname;
  await page.getByRole("button", { name: "Partager avec les parties" }).click();
  const partner = await asSomeone(browser, people.partner, hasScript);
  for (const one of [page, partner]) {
    await one.goto(`${agreement}/sign`);
    await one.getByRole("button", { name: "Consigner les signatures" }).click();
    await expect(one.getByRole("status").first()).toContainText("Les signatures sont consignées");
  }

  // Six are put forward: five hold a place, the sixth is first in line.
  await page.goto(agreement);
  const form = (await page.getByRole("link", { name: "Nommer un étudiant" }).first().getAttribute("href")) ?? "";
  const flowId = form.split("/").at(-2);
  // The board stands open in another browser all the while.
  const board = await asSomeone(browser, people.homeOfficer, hasScript);
  await board.goto("/fr/seats?q=ece");
  const places = board.locator(`#seats a.seats[href*="/seats/flows/${flowId}/"]`).nth(2);
  await follows(places, hasScript, ["0/5"]);
  const nominations = await nominateSix(page, form, who, mark, words.fr);
  await expect(page.locator("main")).toContainText("dans l’ordre d’arrivée");
  await follows(places, hasScript, ["5/5", "+1", "complet"]);

  // What lacks a name comes back with what was typed.
  await page.goto(form);
  await nominate(page, "", `oubli.${mark}@exemple.invalid`);
  await expect(page.locator("#f-form-student-name-error")).toContainText("obligatoire");
  await expect(page.getByLabel("Adresse électronique")).toHaveValue(`oubli.${mark}@exemple.invalid`);

  // The host finds the nominations in its inbox, and rejects one with a reason.
  await partner.goto("/fr/inbox?kind=nomination");
  await partner.getByRole("link", { name: `Élève 1 ${mark}` }).click();
  await partner.getByRole("link", { name: "Refuser la nomination" }).click();
  await partner.getByRole("button", { name: "Refuser la nomination" }).click();
  await expect(partner.locator("#f-form-reason-error")).toContainText("obligatoire");
  await partner.getByLabel("Motif").fill("Niveau B2 requis");
  await partner.getByRole("button", { name: "Refuser la nomination" }).click();
  await expect(partner.locator("main .heading")).toContainText("Niveau B2 requis");

  // The place is offered to the sixth, who takes it.
  const student = await asSomeone(browser, who, hasScript);
  await student.goto("/fr/nominations");
  await expect(student.locator("#nominations")).toContainText("Votre réponse est attendue");
  await student.goto(nominations[5] ?? "");
  await expect(student.locator("main")).toContainText("Une place s’est libérée");
  await student.getByRole("button", { name: "Accepter la place offerte" }).click();
  await expect(student.locator("main .heading")).toContainText("transmise à ECE");
  expect((await student.goto(nominations[1] ?? ""))?.status(), "others’ nominations are nobody’s business").toBe(404);

  // The host accepts, the student confirms.
  await partner.goto(nominations[5] ?? "");
  await partner.getByRole("button", { name: "Accepter la nomination" }).click();
  await expect(partner.locator("main .heading")).toContainText("ECE a accepté");
  await student.goto(nominations[5] ?? "");
  await student.getByRole("button", { name: "Confirmer la place" }).click();
  await expect(student.locator("main .heading")).toContainText("La place est confirmée");
  await expect(student.locator("#history")).toContainText("place confirmée");

  // Taking it back asks once more.
  await student.locator("summary", { hasText: "Retirer la nomination" }).click();
  await student.getByRole("button", { name: "Retirer la nomination" }).click();
  await expect(student.locator("main .heading")).toContainText("a été retirée");
  await follows(places, hasScript, ["4/5"]);
});

test("six for the five places of Kagawa, which has no account: the office notes what it answers", async ({ page, browser }, info) => {
  const hasScript = info.project.use.javaScriptEnabled !== false;
  const mark = markOf(info);
  const who = hasScript ? people.student : people.otherStudent;
  // One of the two in each language.
  const lang = hasScript ? "fr" : "en";
  const said = words[lang];
  // A year of its own, in which nobody else puts anyone forward for Kagawa.
  const year = hasScript ? 1 : 2;
  await signIn(page, people.home);
  await page.goto(`/${lang}/agreements?q=kagawa`);
  await page.locator("#agreements a.row-link").first().click();
  const form = (await page.getByRole("link", { name: said.nominateOne }).first().getAttribute("href")) ?? "";
  await page.goto(form);
  const option = page.getByLabel(said.year).locator("option").nth(year);
  const first = (await option.getAttribute("value"))?.slice(0, 4);

  const board = await asSomeone(browser, people.homeOfficer, hasScript);
  await board.goto(`/${lang}/seats?q=kagawa&direction=out&from=${first}`);
  const places = board.locator("#seats a.seats").first();
  if (hasScript) {
    await expect(board.locator("#live-state")).toContainText(said.live);
  }
  await follows(places, hasScript, ["0/5"], said);
  const nominations = await nominateSix(page, form, who, mark, said, year, "S2");
  await follows(places, hasScript, ["5/5", "+1", said.full], said);

  // What Kagawa answers is noted with what attests to it.
  await page.goto(`${nominations[2]}/reject`);
  await page.getByLabel(said.reason).fill("Cours complet");
  await page.getByRole("button", { name: said.reject }).click();
  await expect(page.locator("#f-form-evidence-error")).toBeVisible();
  await expect(page.getByLabel(said.reason)).toHaveValue("Cours complet");
  await page.getByLabel(said.evidence).fill("Courriel du 3 mars");
  await page.getByRole("button", { name: said.reject }).click();
  await expect(page.locator("main .heading")).toContainText("Cours complet");
  // The place that came free is held for the first in line.
  await follows(places, hasScript, ["5/5", said.full], said);
  await expect(places).not.toContainText("+1");

  const student = await asSomeone(browser, who, hasScript);
  await student.goto(nominations[5] ?? "");
  await expect(student.locator("main")).toContainText(said.isOffered);
  await student.getByRole("button", { name: said.take }).click();
  await expect(student.locator("main .heading")).toContainText(said.isSent);
  await page.goto(`${nominations[5]}/accept`);
  await page.getByLabel(said.evidence).fill("Courriel du 5 mars");
  await page.getByRole("button", { name: said.accept }).click();
  await expect(page.locator("main .heading")).toContainText(said.isAccepted);
  await student.goto(nominations[5] ?? "");
  await student.getByRole("button", { name: said.confirm }).click();
  await expect(student.locator("main .heading")).toContainText(said.isConfirmed);

  // The ledger explains the five by name, and what the rejected one gave back.
  await follows(places, hasScript, ["5/5", said.full], said);
  await places.click();
  await board.waitForURL("**/seats/flows/**");
  for (const n of [1, 2, 3, 4, 5, 6]) {
    await expect(board.locator("#lines")).toContainText(`Élève ${n} ${mark}`);
  }

  // All is given back: whoever comes next finds what this one found.
  for (const nomination of [0, 1, 3, 4, 5].map((n) => nominations[n])) {
    await page.goto(`${nomination}/withdraw`);
    await page.getByLabel(said.reason).fill("Essai terminé");
    await page.getByRole("button", { name: said.withdraw }).click();
    await expect(page.getByRole("status").first()).toContainText(said.done);
  }
});

test("a list is looked at before it is nominated", async ({ page }, info) => {
  const mark = markOf(info);
  await signIn(page, people.homeOfficer);
  await page.goto("/fr/agreements?q=kagawa");
  await page.locator("#agreements a.row-link").first().click();
  await page.getByRole("link", { name: "Nommer un étudiant" }).first().click();
  await page.getByRole("link", { name: "Nommer une liste" }).click();
  await page.getByLabel("Année universitaire").selectOption({ index: 0 });
  await page.getByLabel("Période de qui n’en a pas").selectOption("S1");
  const rows = (email: string) => `Nom;Prénom;Courriel\n${mark};Une;une.${mark}@exemple.invalid\n${mark};Autre;${email}`;
  await page.getByLabel("Tableau collé").fill(rows("nulle part"));
  await page.getByRole("button", { name: "Voir ce qu’il adviendrait" }).click();
  await expect(page.locator("#outcomes")).toContainText("Refusé");
  await expect(page.getByRole("button", { name: /^Nommer :/ })).toHaveCount(0);
  await page.getByLabel("Tableau collé").fill(rows(`autre.${mark}@exemple.invalid`));
  await page.getByRole("button", { name: "Voir ce qu’il adviendrait" }).click();
  await page.getByRole("button", { name: "Nommer : 2 personnes" }).click();
  await expect(page.getByRole("status").first()).toContainText("La liste est nommée");
  await expect(page.locator("#nominations")).toContainText(`Autre ${mark}`);
});
