#!/usr/bin/env python3
"""Reads a page that vt-report has written, as a browser without a network would.

    page.py check FILE      prints each fault: markup that is not balanced, an id
                            that is there twice, a link out of the page's tree, a
                            script that the policy does not allow, ...
    page.py text FILE [ID]  prints the text of the page, or of one section, with
                            what is packed
    page.py logs FILE [ID]  prints the lines of the packed logs
    page.py markup FILE ID  prints the markup of a section
"""
import base64
import gzip
import hashlib
import html.parser
import re
import sys

VOID = {"meta", "br", "img", "input", "link", "hr"}
# in HTML, a slash ends only elements of SVG
SVG = {"rect", "path", "svg", "text", "g"}
TAGS = VOID | SVG | set("""html head title style script body header main footer
section div span p a b ul li h1 h2 h3 h4 h5 code pre kbd button label details
summary dialog table thead tbody tr th td figure figcaption del ins""".split())
ATTRIBUTES = set("""lang charset http-equiv content name class id type href scope
role aria-label aria-pressed aria-hidden tabindex data-v data-a data-log data-body
placeholder autocomplete open alt src width height viewbox x y rx d hidden""".split())


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.stack, self.faults, self.ids = [], [], set()
        self.links, self.needs = set(), set()
        self.packed, self.scripts, self.styles = {}, [], []
        self.policy, self.content, self.words = "", None, []

    def fault(self, text):
        self.faults.append("line %d: %s" % (self.getpos()[0], text))

    def handle_starttag(self, tag, attrs, closed=False):
        attributes = dict(attrs)
        if tag not in TAGS:
            self.fault("element " + ascii(tag))
        if len(attributes) != len(attrs):
            self.fault("an attribute twice in " + tag)
        for name, value in attrs:
            self.attribute(tag, name, value or "", attributes)
        if tag == "script":
            self.content = attributes.get("id", "") or "script"
            if (attributes.get("type") == "text/plain") != ("id" in attributes):
                self.fault("a script with other attributes")
        elif tag == "style":
            self.content = "style"
        if tag not in VOID and not closed:
            self.stack.append(tag)
        elif closed and tag not in SVG:
            self.fault("a slash in " + tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs, True)

    def attribute(self, tag, name, value, all_of):
        if name not in ATTRIBUTES:
            self.fault("attribute %s of %s" % (ascii(name), tag))
        if name == "id":
            if value in self.ids:
                self.fault("id twice: " + value)
            if re.search(r"[^A-Za-z0-9._+@/~-]", value):
                self.fault("id " + ascii(value))
            self.ids.add(value)
        elif name == "href":
            if value.startswith("#"):
                self.links.add(value[1:])
            elif not re.match(r"(\./|\.\./|/)[A-Za-z0-9._+@/%-]*$", value) or \
                    value.startswith("//"):
                self.fault("link " + ascii(value))
        elif name == "src":
            if not value.startswith("data:image/png;base64,"):
                self.fault("source " + ascii(value))
        elif name in ("data-log", "data-body"):
            self.needs.add("d" + value)
        elif name == "http-equiv" and value == "Content-Security-Policy":
            self.policy = all_of["content"]

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.fault("unexpected end of " + tag)
        self.content = None

    def handle_data(self, data):
        if self.content == "style":
            self.styles.append(data)
        elif self.content == "script":
            self.scripts.append(data)
        elif self.content:
            self.packed[self.content] = data
        else:
            self.words.append(data)
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c"
                     "\u202a-\u202e\u2066-\u2069\ufffd]", data):
            self.fault("text " + ascii(data[:60]))

    def handle_comment(self, data):
        self.fault("a comment")

    def close(self):
        super().close()
        if self.stack:
            self.fault("not ended: " + " ".join(self.stack))


def unpack(text):
    return gzip.decompress(base64.b64decode(text, validate=True)).decode()


def read(text, ids=()):
    reader = Reader()
    reader.ids.update(ids)
    reader.feed(text)
    reader.close()
    return reader


def source(text):
    return "'sha256-%s'" % base64.b64encode(
        hashlib.sha256(text.encode()).digest()).decode()


def bodies(text):
    return {int(n): unpack(packed) for n, packed in re.findall(
        r'<script type="text/plain" id="d(\d+)">([^<]*)</script>', text)}


def check(text):
    page = read(text)
    faults, ids = page.faults, set(page.ids)
    if "default-src 'none'" not in page.policy or "unsafe" in page.policy:
        faults.append("policy: " + page.policy)
    for one in page.scripts + page.styles:
        if source(one) not in page.policy:
            faults.append("the policy does not allow a script or a style")
    packed = bodies(text)
    logs = {int(n) for n in re.findall(r'data-log="(\d+)"', text)}
    for n in re.findall(r'data-body="(\d+)"', text):
        body = read(packed[int(n)], ids)
        faults += ["packed %s, %s" % (n, fault) for fault in body.faults]
        ids |= body.ids
        page.links |= body.links
        page.needs |= body.needs
        if body.scripts or body.styles or body.packed:
            faults.append("a script in packed %s" % n)
        logs |= {int(m) for m in
                 re.findall(r'data-log="(\d+)"', packed[int(n)])}
    faults += ["no packed " + n for n in page.needs if n not in page.ids]
    faults += ["no id for the link #" + l for l in page.links if l not in ids]
    for n in logs:
        for line in packed[n].split("\n")[:-1]:
            if not re.match(r"[ .!=~-][0-9.]*\t[^\x00-\x08\x0a-\x1f]*$", line):
                faults.append("log %d: %s" % (n, ascii(line)))
    return faults


def section(text, wanted):
    if wanted:
        found = re.search(r'<section class="[^"]*" id="%s">.*?</section>' %
                          re.escape(wanted), text, re.S)
        if not found:
            return ""
        part = found.group(0)
    else:
        part = text
    packed = bodies(text)
    return re.sub(r'data-body="(\d+)">',
                  lambda m: "data-body>" + packed[int(m.group(1))], part)


def main(what, path, wanted=None):
    text = open(path, encoding="utf-8").read()
    if what == "check":
        print("\n".join(check(text)), end="")
        return
    part = section(text, wanted)
    if what == "markup":
        print(part)
    elif what == "logs":
        packed = bodies(text)
        for n in re.findall(r'data-log="(\d+)"', part):
            print(packed[int(n)], end="")
    else:
        print(" ".join(read(part).words))


main(*sys.argv[1:])
