#!/bin/sh
# Writes plan.md: what a change of the program and the stack files will do. Needs no credentials.
#   plan.sh BASE [STACK...]
# A refused change is no failure of this step: the plan says it. Outputs: file, refused.
set -eu
base=$1
shift
[ $# -eq 0 ] || set -- --stack "$@"
file=${PLAN_FILE:-plan.md}
status=0
npm run -s hapg -- plan --base "$base" --markdown "$@" >"$file" || status=$?
case $status in
0) refused=false ;;
3) refused=true ;;
*) exit "$status" ;;
esac
printf 'file=%s\nrefused=%s\n' "$file" "$refused" >>"${GITHUB_OUTPUT:-/dev/stdout}"
cat "$file" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
