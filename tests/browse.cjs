// Walks through story 3 in a browser, as the officer at a door would: node browse.cjs PLAN
//
// PLAN is a JSON file that the hub's tests write: where the hub is, who signs in, whom to ask about, and which words must stand in
// no address and no title. Says what is wrong, one line each, and ends with 1; or what it saw, and ends with 0.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const plan = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const faults = [];
let looked = 0;

// One browser window, and everything that must not happen in it.
class Visit {
  constructor(page, name, script) {
    this.page = page;
    this.name = name;
    this.script = script;
    page.on("console", (message) => {
      // The browser tells of each answer that is no success, also of those that a form is meant to have.
      const ofAnswer = message.text().startsWith("Failed to load resource") && message.location().url === page.url();
      if (["error", "warning"].includes(message.type()) && !ofAnswer) this.wrong(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => this.wrong(`script: ${error.message}`));
    page.on("requestfailed", (request) => this.wrong(`request failed: ${request.url()}`));
    page.on("request", (request) => this.sees(request.url()));
    page.on("dialog", (dialog) => this.wrong(`dialog: ${dialog.message()}`));
  }

  wrong(what) {
    faults.push(`${this.name}: ${what}`);
  }

  // Every address is this hub's, or a picture that stands in a style sheet; none holds a word of the case.
  sees(url) {
    if (url.startsWith("data:image/") || url === "data:,") return;
    if (new URL(url).origin !== plan.base) this.wrong(`left the hub: ${url}`);
    const plain = decodeURIComponent(url).toLowerCase();
    for (const word of plan.canaries) if (plain.includes(word.toLowerCase())) this.wrong(`a word of the case in ${url}`);
  }

  // Looks at the page that is there: its title, its address, its width, what a reader of accessibility finds.
  async look(state, heading) {
    looked += 1;
    const here = `${this.name} ${state}`;
    const fail = (what) => faults.push(`${here}: ${what}`);
    const title = await this.page.title();
    for (const word of plan.canaries) if (title.toLowerCase().includes(word.toLowerCase())) fail(`a word of the case in the title`);
    if (!title.endsWith(" – Lippen")) fail(`the title is ${title}`);
    const first = await this.page.locator("h1").allTextContents();
    if (first.length !== 1 || (heading && first[0] !== heading)) fail(`headings ${JSON.stringify(first)} for ${heading}`);
    const seen = await this.page.evaluate(() => ({
      layer: typeof window.dataLayer, wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      scripts: document.scripts.length, inline: document.querySelectorAll("[style]").length,
    }));
    if (seen.layer !== "undefined") fail("window.dataLayer is there");
    if (seen.wide > 0) fail(`wider than the window by ${seen.wide} px`);
    if (seen.scripts || seen.inline) fail("a script or a style stands in the page");
    // Axe needs timers, which a window without script has not; no page holds a script, so what it reads is the same there.
    if (this.script) await this.axe(fail);
    await this.targets(fail);
    if (plan.shots) await this.page.screenshot({ path: path.join(plan.shots, `${this.name}-${state}.png`.replaceAll(" ", "-")), fullPage: true });
  }

  async axe(fail) {
    const found = await this.page.evaluate(`${AXE}; axe.run({ runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"] } })`);
    for (const one of found.violations) fail(`axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html + " " + (node.any[0]?.message ?? "")).join(" | ")}`);
  }

  // A thumb hits what is 24 px at least (WCAG 2.2, 2.5.8); what stands within a sentence is excepted.
  async targets(fail) {
    const small = await this.page.evaluate(() => [...document.querySelectorAll("a, button, input:not([type=hidden]), textarea, summary")]
      .filter((one) => one.checkVisibility() && !one.closest("p, .ds_skip-links__item, .ds_error-summary, dd"))
      .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html));
    for (const html of small) fail(`too small for a thumb: ${html}`);
  }

  async go(where) {
    await this.page.goto(plan.base + where);
  }

  async send(button) {
    await Promise.all([this.page.waitForNavigation(), this.page.getByRole("button", { name: button, exact: true }).click()]);
  }

  async fill(man, occasion) {
    const [year, month, day] = (man.born ?? "--").split("-");
    for (const [id, text] of [["family_name", man.family], ["given_name", man.given], ["day", day], ["month", month], ["year", year]])
      await this.page.locator(`#${id}`).fill(text ?? "");
    await this.occasion(occasion);
  }

  async occasion(occasion) {
    if (occasion?.incident) {
      await this.page.locator('label[for="occasion"]').click();
      await this.page.locator("#incident").fill(occasion.incident);
    } else if (occasion?.reason) {
      await this.page.locator('label[for="none-yet"]').click();
      await this.page.locator("#reason").fill(occasion.reason);
    }
  }

  async asks(man, occasion, state, heading) {
    await this.go("/status");
    await this.fill(man, occasion);
    await this.send("Ask");
    await this.look(state, heading);
    return this.page.locator("main").innerText();
  }

  async has(text, words, state) {
    for (const word of words) if (!text.includes(word)) this.wrong(`${state} does not say: ${word}`);
  }

  async signIn(key) {
    await this.go("/");
    await this.look("first", "Sign in");
    await this.page.getByRole("link", { name: "Choose whom to be" }).click();
    await this.look("cast", "Who do you want to be?");
    await this.go(`/demo/sign-in?as=${key}`);
    await this.look("sign-in", "Sign in to the demonstration");
    await Promise.all([this.page.waitForNavigation(), this.page.getByRole("button", { name: /^Sign in as/ }).click()]);
  }
}

// The whole story, as the officer.
async function story(visit) {
  const { page } = visit;
  await visit.go("/status");
  await visit.look("signed-out", "You are not signed in");
  await visit.signIn(plan.officer);
  await visit.look("form", "Where does he stand?");
  await visit.send("Ask");
  await visit.look("errors", "Where does he stand?");
  await visit.fill({ family: plan.one.family, born: "1980-02-31" }, { incident: "12" });
  await visit.send("Ask");
  await visit.look("more-errors", "Where does he stand?");
  if ((await page.locator("#family_name").inputValue()) !== plan.one.family) visit.wrong("what was typed is gone");
  const incident = { incident: plan.incident };
  const one = await visit.asks(plan.one, incident, "one", "One person fits");
  await visit.has(one, [plan.one.family, "Information as at", "today, ", "If you need more", "Contact level", "before you tell her anything"], "one");
  if (!(await page.locator('.lp-safety a[href^="tel:"]').count())) visit.wrong("the safety contact cannot be rung");
  const recalled = await visit.asks(plan.recalled, incident, "recalled", "One person fits");
  await visit.has(recalled.toLowerCase(), ["recalled to prison", "unlawfully at large", "nobody has said yet that they have this notice"], "recalled");
  const none = await visit.asks(plan.none, incident, "none", "Not known to this hub");
  await visit.has(none, ["does not mean not supervised"], "none");
  const hidden = await visit.asks(plan.hidden, incident, "hidden", "Not known to this hub");
  const bare = (text) => text.replace(/entry \d+/, "entry N");
  if (bare(none) !== bare(hidden)) visit.wrong("somebody hidden does not look like nobody");
  const several = await visit.asks(plan.several, incident, "several", "More than one person fits");
  await visit.has(several, ["Nobody is shown", "Ask again"], "several");
  await visit.asks(plan.one, { reason: plan.reason }, "no-number", "One person fits");
  await list(visit);
  await followUp(visit);
  await visit.go("/status/nowhere");
  await visit.look("not-found", "Nothing here that you can open");
  await visit.go("/status");
  await visit.send("Sign out");
  await visit.look("gone", "Sign in");
  await visit.go("/status");
  await visit.look("signed-out-again", "You are not signed in");
}

async function list(visit) {
  const { page } = visit;
  await visit.go("/status/list");
  await visit.look("list", "Ask about several men");
  await visit.send("Ask");
  await visit.look("list-errors", "Ask about several men");
  const line = (man) => `${man.family}, ${man.given}, ${(man.born ?? "").split("-").reverse().join("/")}`;
  await page.locator("#lines").fill([line(plan.one), line(plan.none), "Nosuch, Ewan, 31/2/1971", line(plan.several), line(plan.recalled)].join("\n"));
  await visit.occasion({ incident: plan.incident });
  await visit.send("Ask");
  await visit.look("list-answers", "Where they stand");
  await visit.has(await page.locator("main").innerText(), ["2 shown", "1 where more than one fits", "1 not known", "1 not asked", "Line 3: Not asked", "Date of birth is not a real date"], "list");
}

async function followUp(visit) {
  const { page } = visit;
  await visit.go("/status/follow-up");
  await visit.look("follow-up", "Questions without a number");
  const before = await page.getByLabel("Incident number").count();
  await page.getByRole("button", { name: /^Add the number/ }).first().click();
  await visit.look("follow-up-errors", "Questions without a number");
  await page.getByLabel("Incident number").first().fill(plan.incident);
  await page.getByRole("button", { name: /^Add the number/ }).first().click();
  await visit.look("follow-up-added", "Questions without a number");
  if ((await page.getByLabel("Incident number").count()) !== before - 1) visit.wrong("the question is still there");
}

// With the keyboard alone: from the address line to the answer.
async function keyboard(visit) {
  const { page } = visit;
  await visit.signIn(plan.officer);
  const to = async (id) => {
    for (let steps = 0; steps < 60; steps += 1) {
      if ((await page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent)) === id) return;
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const one = document.activeElement;
        const style = getComputedStyle(one);
        return one === document.body || style.outlineStyle !== "none" || style.boxShadow !== "none" || style.backgroundColor !== "rgba(0, 0, 0, 0)";
      });
      if (!seen) visit.wrong(`the focus cannot be seen on the way to ${id}`);
    }
    visit.wrong(`the keyboard does not reach ${id}`);
  };
  await to("Skip to main content");
  await page.keyboard.press("Enter");
  const [year, month, day] = plan.one.born.split("-");
  for (const [id, text] of [["family_name", plan.one.family], ["given_name", plan.one.given], ["day", day], ["month", month], ["year", year]]) {
    await to(id);
    await page.keyboard.type(text);
  }
  await to("occasion");
  await page.keyboard.press("Space");
  await to("incident");
  await page.keyboard.type(plan.incident);
  await to("Ask");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  await visit.look("by-keyboard", "One person fits");
}

// The pages of those who are not at a door.
async function others(visit) {
  for (const [key, heading] of [[plan.supervisor, "You are signed in"], [plan.other, "You are signed in"]]) {
    await visit.signIn(key);
    await visit.look(`home-of-${key}`, heading);
    await visit.go("/status/follow-up");
    await visit.look(`follow-up-of-${key}`, key === plan.supervisor ? "Questions without a number" : "Nothing here that you can open");
    await visit.go("/");
    await visit.send("Sign out");
  }
}

async function stale(visit) {
  await visit.signIn(plan.officer);
  const text = await visit.asks(plan.one, { incident: plan.incident }, "stale", "One person fits");
  await visit.has(text, ["Old information", plan.one.family], "stale");
}

async function main() {
  const browser = await chromium.launch({ executablePath: plan.chromium, args: ["--no-sandbox"] });
  const window = async (name, options, walk) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB", ...options });
    context.setDefaultTimeout(20000);
    const visit = new Visit(await context.newPage(), name, options.javaScriptEnabled ?? true);
    try {
      await walk(visit);
    } catch (error) {
      visit.wrong(`stopped at ${visit.page.url()}: ${error.message.split("\n").slice(0, 4).join(" ")}`);
    }
    await context.close();
  };
  const at = (width, height) => ({ viewport: { width, height } });
  if (plan.stale) {
    await window("phone", { ...at(360, 740), javaScriptEnabled: false }, stale);
    await window("dark", { ...at(360, 740), colorScheme: "dark" }, stale);
  } else {
    for (const [width, height] of [[360, 740], [768, 1024], [1440, 900]])
      for (const javaScriptEnabled of [false, true])
        await window(`${width}-${javaScriptEnabled ? "script" : "plain"}`, { ...at(width, height), javaScriptEnabled }, story);
    // At 1280 px, zoomed to 400 %, a page has 320.
    await window("320", at(320, 256), story);
    await window("dark", { ...at(360, 740), colorScheme: "dark" }, story);
    await window("keyboard", { ...at(360, 740), javaScriptEnabled: false }, keyboard);
    await window("others", at(1440, 900), others);
    await window("print", at(794, 1123), async (visit) => {
      await visit.signIn(plan.officer);
      await visit.go("/status");
      await visit.fill(plan.recalled, { incident: plan.incident });
      await visit.send("Ask");
      await visit.page.emulateMedia({ media: "print" });
      await visit.look("recalled", "One person fits");
      if (await visit.page.locator("form:visible, nav:visible").count()) visit.wrong("a form stands on paper");
    });
  }
  await browser.close();
  console.log(faults.length ? [...new Set(faults)].join("\n") : `ok: ${looked} looks`);
  return faults.length ? 1 : 0;
}

main().then((code) => process.exit(code), (error) => {
  console.log(`the browser did not do it: ${error.message}`);
  process.exit(1);
});
