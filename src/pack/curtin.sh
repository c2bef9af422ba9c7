
# Run the script of `curtin pack`, which reads its own file and so cannot be
# piped into a shell.
main() {
	running=yes
	private_dir
	payload >"$dir/packed" && chmod 700 "$dir/packed" ||
		die "cannot write to '$dir' (disk full?)"
	write_config "$dir"
	# otherwise curtin tries each version of Python in each of its stages
	command -v python2 >/dev/null 2>&1 ||
		! command -v python3 >/dev/null 2>&1 ||
		export PY3OR2_PYTHON="${PY3OR2_PYTHON:-python3}"
	report start
	(cd "$dir" && exec ./packed) </dev/null
	end $?
}
