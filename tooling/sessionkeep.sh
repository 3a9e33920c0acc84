# `npm run -s sessionkeep -- ARGS`: the built CLI, with nothing around it.
main="$PWD/apps/cli/dist/main.js"
if [ ! -x "$main" ]; then
  echo 'sessionkeep is not set up here yet: run `npm start -- --version` once.' >&2
  exit 1
fi
# npm changes to the root; ARGS hold paths as the user's folder has them.
cd "${INIT_CWD:-.}" && exec "$main" "$@"
