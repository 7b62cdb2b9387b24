#!/bin/sh
# Stands for Bazel's mergers of lcov reports: of one test (--coverage_dir), or of all (--reports_file).
for option in "$@"; do
  case $option in
    --coverage_dir=*) find "${option#*=}" -name '*.dat' >"${TMPDIR:-/tmp}/reports.$$" ;;
    --reports_file=*) cat "${option#*=}" >"${TMPDIR:-/tmp}/reports.$$" ;;
    --output_file=*) output=${option#*=} ;;
  esac
done
xargs -r cat <"${TMPDIR:-/tmp}/reports.$$" >"$output"
