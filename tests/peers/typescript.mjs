// Makes a typed client of the contract, compiles a program that uses it strictly, and calls the gateway with it.
// Standard input: {contract, address}. Standard output: {compiler, health, code}.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import createClient from 'openapi-fetch'
import openapiTS, { astToString } from 'openapi-typescript'

const { contract, address } = JSON.parse(readFileSync(0, 'utf8'))
const folder = mkdtempSync(new URL('node_modules/.contract-', import.meta.url).pathname)
try {
  writeFileSync(join(folder, 'contract.d.ts'), astToString(await openapiTS(JSON.parse(readFileSync(contract, 'utf8')))))
  writeFileSync(join(folder, 'use.ts'), `
import createClient from 'openapi-fetch'
import type { paths } from './contract.d.ts'

const client = createClient<paths>({ baseUrl: '${address}' })

export async function run(): Promise<number | undefined> {
  const { data, error } = await client.POST('/v1/capabilities/{capability}/invoke', {
    params: { path: { capability: 'echo' } },
    body: { input: { message: 'hello' } },
  })
  if (error) {
    const code: string = error.code
    throw new Error(code)
  }
  const objectives = await client.GET('/v1/slo')
  const first: number | undefined = objectives.data?.objectives[0]?.target
  return data === undefined ? undefined : first
}
`)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: { noEmit: true, strict: true, target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'], module: 'nodenext', allowImportingTsExtensions: true, types: [] },
    files: ['use.ts'],
  }))
  const compiled = spawnSync(process.execPath, [new URL('node_modules/typescript/bin/tsc', import.meta.url).pathname, '-p', folder], { encoding: 'utf8' })
  const client = createClient({ baseUrl: address })
  const health = await client.GET('/healthz', { parseAs: 'text' })
  const jobs = await client.GET('/v1/jobs')
  console.log(JSON.stringify({ compiler: compiled.stdout + compiled.stderr, health: health.data, code: jobs.error?.code }))
} finally {
  rmSync(folder, { recursive: true })
}
