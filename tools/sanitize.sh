#!/bin/bash
# Runs the C tests, and with "python" also the Python tests of the kernels, under the compilers' sanitizers.
#
#   tools/sanitize.sh [address] [thread] [python]     all three by default; builds in build-sanitize/ (FASTPROB_SANITIZE_FOLDER)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(realpath -m "${FASTPROB_SANITIZE_FOLDER:-build-sanitize}")
wanted=" ${*:-address thread python} "
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

setup() {   # setup NAME SANITIZER OPTION...
  local name=$1 sanitizer=$2
  shift 2
  [ -e "$folder/$name/build.ninja" ] ||
    meson setup "$folder/$name" -Dbuildtype=debugoptimized -Db_sanitize="$sanitizer" -Db_lundef=false "$@" > /dev/null
  ninja -C "$folder/$name" --quiet
}

# The kernels are the same C for every CPU target: one with SIMD has all of it, and races have nothing to do with it.

# Memory and undefined behavior: every operation over awkward layouts, the golden inputs, the pool.
case $wanted in *" address "*)
  setup address address,undefined -Dpython=false -Dtests=true -Dtargets=x86_v3
  meson test -C "$folder/address" --no-rebuild --print-errorlogs
esac

# Data races: the pool, large calls that use it, draws of several threads from one generator.
case $wanted in *" thread "*)
  setup thread thread -Dpython=false -Dtests=true -Dtargets=
  TSAN_OPTIONS=halt_on_error=1 meson test -C "$folder/thread" --no-rebuild --print-errorlogs pool layouts reserve sums
esac

# The extension modules in an ordinary Python: the sanitizer's library has to be there first. Python's own leaks are not looked for.
case $wanted in *" python "*)
  library=$("${CC:-gcc}" -print-file-name=libasan.so)
  if [ ! -e "$library" ]; then
    echo "python: skipped, ${CC:-gcc} has no libasan.so"
    exit 0
  fi
  setup python address,undefined
  DESTDIR="$folder/python/root" meson install -C "$folder/python" --no-rebuild --quiet
  package=$(dirname "$(find "$folder/python/root" -name _core.abi3.so)")
  # A package that is not installed by pip has no version to ask for.
  mkdir -p "$package/../fastprob-0.dist-info"
  printf 'Metadata-Version: 2.1\nName: fastprob\nVersion: 0\n' > "$package/../fastprob-0.dist-info/METADATA"
  tests=(tests/test_golden_hashes.py tests/test_special_values.py)
  PYTHONPATH=$(dirname "$package") LD_PRELOAD="$library $("${CC:-gcc}" -print-file-name=libubsan.so)" \
    ASAN_OPTIONS=detect_leaks=0 PYTHONMALLOC=malloc python -m pytest -q -p no:cacheprovider "${tests[@]}"
esac
