/* Drives a page of vt-report in Debian's Chromium: opens, filters, clicks, and
 * presses keys. Arguments: the directory of npm's modules, the page, and a
 * directory for pictures. Prints TAP. */
"use strict";
const [modules, page_file, pictures] = process.argv.slice(2);
const {chromium} = require(modules + "/playwright-core");
const fs = require("fs");
const axe = fs.readFileSync(modules + "/axe-core/axe.min.js", "utf8");

let n = 0, failed = 0;
const ok = (pass, name, more) => {
	console.log(`${pass ? "ok" : "not ok"} ${++n} - ${name}`);
	if (!pass) {
		failed++;
		console.log("# " + JSON.stringify(more === undefined ? null : more));
	}
};
const is = (found, expected, name) => ok(found === expected, name, {found, expected});

const faults = async (page, what) => {
	const results = await page.evaluate(() => axe.run());
	const serious = results.violations.filter((v) =>
		v.impact === "serious" || v.impact === "critical");
	ok(!serious.length, `axe finds nothing serious: ${what}`, serious.map((v) =>
		[v.id, v.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))]));
};

const open = async (browser, options) => {
	const context = await browser.newContext(
		Object.assign({bypassCSP: true}, options));
	const page = await context.newPage();
	await page.addInitScript(axe);
	await page.goto("file://" + page_file);
	return page;
};

const visible = (page) => page.$$eval("#tests tbody tr",
	(rows) => rows.filter((r) => r.checkVisibility())
		.map((r) => r.cells[1].textContent));

(async () => {
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium", args: ["--no-sandbox"]});

	/* with the page's policy in force */
	const context = await browser.newContext();
	const page = await context.newPage();
	const requests = [], errors = [];
	page.on("request", (r) => requests.push(r.url()));
	page.on("pageerror", (e) => errors.push(String(e)));
	page.on("console", (m) => m.type() === "error" && errors.push(m.text()));
	page.on("dialog", (d) => { errors.push("a dialog"); d.dismiss(); });
	const began = Date.now();
	await page.goto("file://" + page_file);
	await page.waitForFunction(() =>
		document.documentElement.classList.contains("js"));
	const took = Date.now() - began;
	ok(took < 2000, `opens in ${took} ms`);

	let rows = await visible(page);
	ok(rows.includes("evil") && !rows.includes("good"),
		"opens on what did not pass", rows);
	await page.click(".box.passed");
	rows = await visible(page);
	ok(rows.includes("good") && rows.includes("evil"), "a box shows more", rows);
	for (const box of await page.$$(".box[aria-pressed=true]"))
		await box.click();
	await page.keyboard.press("/");
	await page.keyboard.type("release:bookworm");
	rows = await visible(page);
	ok(rows.length && rows.every((r) => r === "good" || r === "bad"),
		"the filter finds an attribute", rows);
	await page.fill("#filter", "-good release:bookworm");
	is((await visible(page)).join(), "bad", "and leaves out a word");
	await page.fill("#filter", "");
	await page.keyboard.press("Escape");

	await page.keyboard.press("j");
	const first = await page.evaluate(() => document.activeElement.textContent);
	await page.keyboard.press("j");
	await page.keyboard.press("k");
	is(await page.evaluate(() => document.activeElement.textContent), first,
		"j and k go to tests");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => location.hash.startsWith("#t."));
	ok(true, "Enter opens a test");

	await page.goto("file://" + page_file + "#t.good/partition_sda1_size");
	await page.reload();
	await page.waitForSelector("[id='t.good/partition_sda1_size']",
		{state: "visible"});
	ok(true, "the anchor of a packed check shows it");
	const svg = await page.$eval("[id='t.good'] svg.lay", (e) =>
		e.getBoundingClientRect().height);
	ok(svg > 100, "disks are drawn", svg);

	await page.goto("file://" + page_file + "#t.evil");
	await page.reload();
	await page.click("[id='t.evil'] [data-log]");
	await page.waitForSelector("dialog[open] .l");
	ok(await page.$("dialog .l.fatal"), "a log opens, with fatal lines");
	ok(await page.$eval("dialog .fold", (e) => !e.open), "noise is folded");
	await page.fill("dialog input", "alert");
	ok(await page.$("dialog .l.hit"), "and can be searched");
	await page.screenshot({path: pictures + "/log.png"});
	/* of a search, the first one clears the words */
	await page.keyboard.press("Escape");
	await page.keyboard.press("Escape");
	ok(!await page.$("dialog[open]"), "Escape closes it");
	await page.click("#tests thead th:nth-child(2) button");
	await page.click("#tests thead th:nth-child(2) button");
	const names = await page.$$eval("#tests tbody tr",
		(all) => all.map((r) => r.cells[1].textContent));
	is(names.join(), [...names].sort((a, b) => b.localeCompare(a)).join(),
		"a column sorts");

	ok(requests.every((u) => u.startsWith("file://" + page_file) ||
		u.startsWith("data:image/png")), "nothing is loaded", requests);
	is(errors.join("; "), "", "no script fails, and none of a guest's runs");
	is(await page.evaluate(() => fetch("data:,x").then(() => "loaded",
		() => "refused")), "refused", "the policy forbids the network");

	for (const scheme of ["light", "dark"]) {
		const one = await open(browser, {colorScheme: scheme,
			viewport: {width: 1280, height: 1600}});
		await one.goto("file://" + page_file + "#t.good");
		await one.waitForSelector("[id='t.good'] svg.lay",
			{state: "attached"});
		await one.evaluate(() => {
			for (const d of document.querySelectorAll("details"))
				d.open = true;
		});
		await faults(one, scheme);
		await one.evaluate(() => scrollTo(0, 0));
		await one.screenshot({path: `${pictures}/${scheme}.png`});
		await one.screenshot({path: `${pictures}/${scheme}-all.png`,
			fullPage: true});
	}
	const phone = await open(browser, {viewport: {width: 390, height: 844}});
	const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
	ok(wide <= 390, "fits on a phone", wide);
	await faults(phone, "on a phone");
	await phone.screenshot({path: pictures + "/phone.png", fullPage: true});

	const plain = await open(browser, {javaScriptEnabled: false});
	rows = (await plain.textContent("#tests")).includes("good");
	ok(rows, "without JavaScript it is a table");
	ok(await plain.isVisible("[id='t.bad'] .check"),
		"with the sections of what failed");
	await plain.screenshot({path: pictures + "/plain.png"});
	const paper = await open(browser, {});
	await paper.pdf({path: pictures + "/paper.pdf"});
	ok(fs.statSync(pictures + "/paper.pdf").size > 10000, "it can be printed");
	await browser.close();
	console.log("1.." + n);
	process.exit(failed ? 1 : 0);
})().catch((e) => {
	console.log("not ok - " + e);
	process.exit(3);
});
