# shellcheck shell=bash
# Programs in Python, each with its packages in an environment of its own.

# provide_python PLACE REQUIREMENTS: made in its place, because an environment cannot be moved; the program
# that says that it is there, bin/python, comes last.
provide_python() {
  local place=$1 requirements=$2
  python3 -c 'import ensurepip, venv' 2>/dev/null || install_packages python3-venv
  rm -rf "$place"
  mkdir -p "$(dirname "$place")"
  python3 -m venv --copies "$place"
  mv "$place/bin/python" "$place/bin/python.part"
  "$place/bin/python.part" -m pip --disable-pip-version-check install --quiet --no-deps --requirement "$requirements"
  mv "$place/bin/python.part" "$place/bin/python"
}
