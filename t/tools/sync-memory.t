#!/bin/sh
# Memory of vt-sync: at most 30 MB and five times the size of the metadata,
# whatever its contents. (Large images: sync-nginx.t.)
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/sync-lib.sh"

# sanitizers need additional memory
tool=$top/bin/vt-sync
[ -x "$tool" ] || skip_all "no build without sanitizers"
cat >"$work/make.py" <<'P'
import hashlib, json, os, sys
top, kind = sys.argv[1:]
os.makedirs(top + "/streams/v1", exist_ok=True)
n = 3000000
def sum_of(text):
    return hashlib.sha256(text.encode()).hexdigest()
def real(versions):
    kinds = "squashfs", "boot-kernel", "boot-initrd", "squashfs.manifest"
    products = {}
    for k in range(1000):
        base = "noble/amd64/%s/ga-%d/generic/"
        products["com.ubuntu.maas.stable:v3:boot:24.04:amd64:%d" % k] = {
            "arch": "amd64", "release": "noble", "os": "ubuntu",
            "krel": "noble", "kflavor": "generic", "label": "stable",
            "kpackage": "linux-generic", "subarch": "ga-24.04",
            "subarches": "generic,hwe-p,hwe-q,hwe-r,hwe-s,ga-24.04",
            "version": "24.04", "versions": {v: {"items": {q: {
                "ftype": q, "md5": sum_of(q)[:32], "size": 0,
                "path": base % (v, k) + q, "sha256": sum_of("")}
                for q in kinds}} for v in versions}}
    return json.dumps(products, separators=(",", ":"))
item = '"ftype":"squashfs","path":"n/%d","size":0,"sha256":"%064x"'
one = '"p":{"arch":"amd64","versions":{"1":{"items":{"i":{%s}}}}}'
many = "".join(',"%x":1' % k for k in range(200))
head, products = "", "{}"
if kind == "real":
    products = real(("20260101", "20260102", "20260103"))
elif kind == "objects":
    products = "{" + one % ('"x":[' + ",".join(["{}"] * (n // 3)) + "]") + "}"
elif kind == "products":
    products = "{" + ",".join('"%d":{}' % i for i in range(n // 10)) + "}"
elif kind == "attributes":
    products = "{" + ",".join(
        '"p%d":{"arch":"amd64","versions":{"1":{"items":{"i":{%s%s}}}}}' % (
            i, item % (i, i), many) for i in range(n // 1600)) + "}"
elif kind == "head":
    head = "".join('"%x":1,' % k for k in range(n // 10))
elif kind == "name":
    products = '{"%s":{}}' % ("x" * n)
elif kind == "depth":
    head = '"x":' + "[" * n + "]" * n + ","
with open(top + "/streams/v1/big.json", "w") as f:
    f.write('{%s"format":"products:1.0","content_id":"big",'
            '"products":%s}' % (head, products))
with open(top + "/streams/v1/index.json", "w") as f:
    f.write('{"format":"index:1.0","index":{"big":{'
            '"format":"products:1.0","path":"streams/v1/big.json"}}}')
P
# metadata KIND: create the server's metadata
metadata() {
	rm -rf "$origin"
	"$python" "$work/make.py" "$origin" "$1"
	bytes=$(cat "$origin"/streams/v1/*.json | wc -c)
}
# peak ARG...: run vt-sync; its peak memory in $kb, its status in $status
peak() {
	"$python" - "$tool" "$@" >"$work/peak" 2>"$work/err" <<-'P'
	import resource, subprocess, sys
	p = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
	kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
	print(kb, p.returncode)
	P
	read -r kb status <"$work/peak"
}
bounded() {
	[ "$((kb * 1024))" -le $((30000000 + 5 * bytes)) ]
	result $? "$1: $kb kB for $bytes bytes of metadata"
}
sync_peak() {
	peak mirror --unsigned --arches amd64 --source "$url" "$m" "$@"
}
start_server

metadata real
sync_peak --max 3 --dry-run ftype~.
status_is 0 "what a mirror of all would need"
bounded "a first plan"
rm -rf "$m"
mkdir -p "$m/streams"
cp -r "$origin/streams/v1" "$m/streams"
sync_peak --max 3 --dry-run ftype~.
status_is 0 "what a mirror that names all would need"
bounded "a plan for what is here and not"
peak query "$m"
status_is 0 "a query of a directory"
bounded "a query of a directory"
peak query --json --unsigned "$url"
status_is 0 "a query of a server"
bounded "a query of a server"
peak verify "$m"
status_is 1 "verify"
bounded "verify"

rm -rf "$m"
for kind in objects products head name depth; do
	metadata $kind
	sync_peak
	status_is 2 "3 MB of small things are refused ($kind)"
	has "$work/err" 'error: http.*/big.json:1:[0-9]+: .*(too|many|more)' \
		"and it says where ($kind)"
	bounded "$kind"
done
metadata attributes
sync_peak --dry-run
bounded "attributes"
done_testing
