// Lints the contract that is named on the command line; ends with 1 when there is an error.
import { spawnSync } from 'node:child_process'

const linter = new URL('node_modules/@redocly/cli/bin/cli.js', import.meta.url).pathname
const run = spawnSync(process.execPath, [linter, 'lint', '--config', new URL('redocly.yaml', import.meta.url).pathname, '--format', 'codeframe', process.argv[2]], {
  encoding: 'utf8',
  env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
})
process.stdout.write(run.stdout + run.stderr)
process.exit(run.status ?? 1)
