"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const table = $("tests"), filter = $("filter"), viewer = $("viewer");
const rows = table ? [...table.tBodies[0].rows] : [];
const boxes = [...document.querySelectorAll(".box")];
const good = ["passed", "skipped"];

const make = (tag, props, ...children) => {
	const e = Object.assign(document.createElement(tag), props);
	e.append(...children);
	return e;
};

/* What vt-report has packed: gzip as base64. */
const unpack = (n) => {
	const bytes = Uint8Array.from(
		atob($("d" + n).textContent), (c) => c.charCodeAt(0));
	return new Response(new Blob([bytes]).stream().pipeThrough(
		new DecompressionStream("gzip"))).text();
};

/* Sections. Their markup is vt-report's: texts of guests are escaped in it. */
const sectionOf = (row) =>
	$(row.cells[1].firstElementChild.hash.slice(1));

const openSection = async (section) => {
	const body = section.querySelector("[data-body]");
	if (body) {
		const html = await unpack(body.dataset.body);
		body.removeAttribute("data-body");
		body.innerHTML = html;
	}
	section.hidden = false;
	section.classList.add("open");
};

const follow = async () => {
	const id = decodeURIComponent(location.hash.slice(1));
	const section = $(id.split("/")[0]);
	if (!section || section.tagName !== "SECTION")
		return;
	await openSection(section);
	const at = $(id) || section;
	for (let d = at.closest("details"); d; d = d.parentElement.closest("details"))
		d.open = true;
	at.scrollIntoView();
};

/* The filter: the boxes that are pressed, and words. */
const matcher = (word) => {
	const no = word.length > 1 && word[0] === "-";
	const w = no ? word.slice(1) : word;
	const attribute = /^[a-z]+:./.test(w);
	return (row) => no !== (attribute
		? (" " + row.dataset.a.toLowerCase()).includes(" " + w)
		: row.text.includes(w));
};

const apply = () => {
	const classes = boxes.filter((b) => b.ariaPressed === "true")
		.map((b) => b.dataset.v);
	const tests = filter.value.toLowerCase().split(/\s+/)
		.filter((w) => w).map(matcher);
	let n = 0;
	for (const row of rows) {
		row.text = row.text || row.textContent.toLowerCase();
		row.hidden = (classes.length && !classes.includes(row.dataset.v)) ||
			!tests.every((test) => test(row));
		n += !row.hidden;
		const section = sectionOf(row);
		if (section)
			section.hidden = row.hidden &&
				!section.classList.contains("open");
	}
	$("count").textContent = n === rows.length
		? n + " tests" : n + " of " + rows.length + " tests";
};

const press = (box, on) => { box.ariaPressed = String(on); };

for (const box of boxes)
	box.addEventListener("click", () => {
		press(box, box.ariaPressed !== "true");
		apply();
	});

/* Columns are sorted by numbers where cells have them. */
const key = (row, i) => row.cells[i].dataset.v ?? row.cells[i].textContent;
const sortBy = (th, i) => {
	const up = th.ariaSort !== "ascending";
	const sign = up ? 1 : -1;
	for (const other of table.tHead.rows[0].cells)
		other.ariaSort = null;
	th.ariaSort = up ? "ascending" : "descending";
	const sorted = [...rows].sort((a, b) => sign *
		key(a, i).localeCompare(key(b, i), "en", {numeric: true}));
	table.tBodies[0].append(...sorted);
};
if (table)
	[...table.tHead.rows[0].cells].forEach((th, i) => {
		const button = make("button", {type: "button",
			textContent: th.textContent});
		button.addEventListener("click", () => sortBy(th, i));
		th.replaceChildren(button);
	});

/* Logs */
const line = (text) => {
	const tab = text.indexOf("\t");
	const kind = {"!": "fatal", ".": "noise", "=": "begin", "~": "silent",
		"-": "note"}[text[0]] || "";
	const e = make("div", {className: "l " + kind},
		make("span", {className: "t", textContent: text.slice(1, tab)}),
		make("span", {textContent: text.slice(tab + 1)}));
	e.dataset.text = text.slice(tab + 1).toLowerCase();
	return e;
};

const fold = (lines) => {
	const out = [];
	for (let i = 0; i < lines.length;) {
		let end = i;
		while (end < lines.length && lines[end][0] === ".")
			end++;
		if (end - i >= 6)
			out.push(make("details", {className: "fold"},
				make("summary", {textContent:
					(end - i) + " routine lines"}),
				...lines.slice(i, end).map(line)));
		else
			out.push(...lines.slice(i, Math.max(end, i + 1)).map(line));
		i = Math.max(end, i + 1);
	}
	return out;
};

const show = (e) => {
	const d = e.closest("details");
	if (d)
		d.open = true;
	e.scrollIntoView({block: "center"});
};

const showLog = async (n, name) => {
	const lines = (await unpack(n)).split("\n").filter((l) => l);
	const body = make("div", {className: "lines", tabIndex: 0}, ...fold(lines));
	const all = [...body.querySelectorAll(".l")];
	const fatal = all.filter((l) => l.classList.contains("fatal"));
	const search = make("input", {type: "search", placeholder: "search",
		ariaLabel: "search in the log"});
	const status = make("span", {className: "dim", role: "status"});
	const next = make("button", {type: "button",
		textContent: "next fatal line", hidden: !fatal.length});
	const unfold = make("button", {type: "button", textContent: "unfold"});
	const close = make("button", {type: "button", textContent: "close"});
	let hits = [], at = -1, f = -1;
	search.addEventListener("input", () => {
		const q = search.value.toLowerCase();
		for (const l of all)
			l.classList.toggle("hit", q && l.dataset.text.includes(q));
		hits = all.filter((l) => l.classList.contains("hit"));
		at = -1;
		status.textContent = q ? hits.length + " lines" : "";
	});
	search.addEventListener("keydown", (e) => {
		if (e.key === "Enter" && hits.length)
			show(hits[at = (at + 1) % hits.length]);
	});
	next.addEventListener("click", () =>
		show(fatal[f = (f + 1) % fatal.length]));
	unfold.addEventListener("click", () => {
		for (const d of body.querySelectorAll("details"))
			d.open = true;
	});
	close.addEventListener("click", () => viewer.close());
	viewer.replaceChildren(make("div", {className: "tools"},
		make("b", {textContent: name}), search, status, next, unfold,
		close), body);
	if (!viewer.open)
		viewer.showModal();
	if (fatal.length)
		next.click();
};

document.addEventListener("click", (e) => {
	const button = e.target.closest("[data-log]");
	if (button)
		showLog(button.dataset.log, button.textContent);
	/* a link to where the page is already */
	const link = e.target.closest("a[href^='#']");
	if (link && link.hash === location.hash)
		follow();
});

/* Keys */
const step = (by) => {
	const visible = [...table.tBodies[0].rows].filter((r) => !r.hidden);
	const now = visible.findIndex((r) => r.contains(document.activeElement));
	const row = visible[now < 0 ? 0 : now + by];
	if (row) {
		table.closest("details").open = true;
		row.cells[1].firstElementChild.focus();
	}
};
document.addEventListener("keydown", (e) => {
	if (e.ctrlKey || e.altKey || e.metaKey || viewer.open)
		return;
	if (e.target === filter) {
		if (e.key === "Escape" || e.key === "Enter")
			filter.blur();
		return;
	}
	if (e.key === "/")
		filter.focus();
	else if (table && (e.key === "j" || e.key === "k"))
		step(e.key === "j" ? 1 : -1);
	else if (e.key === "Escape")
		scrollTo(0, 0);
	else
		return;
	e.preventDefault();
});

/* The page opens on what did not pass. */
filter.addEventListener("input", apply);
for (const box of boxes)
	press(box, !good.includes(box.dataset.v) &&
		boxes.some((b) => good.includes(b.dataset.v)));
document.documentElement.classList.add("js");
apply();
addEventListener("hashchange", follow);
follow();
})();
