
# What `curtin pack` made is a script that reads itself, so it must be a file.
main() {
	running=yes
	private_dir
	payload >"$dir/packed" && chmod 700 "$dir/packed" ||
		die "cannot write to '$dir': is it full?"
	write_config "$dir"
	# without this, curtin tries each Python it knows, again at each stage
	command -v python2 >/dev/null 2>&1 ||
		! command -v python3 >/dev/null 2>&1 ||
		export PY3OR2_PYTHON="${PY3OR2_PYTHON:-python3}"
	tell start
	(cd "$dir" && exec ./packed) </dev/null
	end $?
}
