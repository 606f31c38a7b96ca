// node judge.js SCRIPTS CLONE REPORT: runs SCRIPTS/lint-commits.js on `master..work` of CLONE and compares with REPORT.
const childProcess = require('node:child_process')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { promisify } = require('node:util')

const [scripts, repoPath, report] = process.argv.slice(2)

// The script starts one git for each commit, all at once: let a few run at a time. There is no remote to fetch from.
const run = promisify(childProcess.execFile)
const waiting = []
let running = 0
async function few(file, args) {
  if (args.includes('fetch')) return { stdout: '', stderr: '' }
  if (running >= 4) await new Promise((resolve) => waiting.push(resolve))
  running += 1
  try {
    return await run(file, args, { maxBuffer: 64 << 20 })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
childProcess.execFile = Object.assign(() => {}, { [promisify.custom]: few })
const lintCommits = require(join(scripts, 'lint-commits.js'))

const ENDINGS = [
  ['commit-subject-colon', 'There are likely other issues as well.'],
  ['commit-subject-period', 'There may be other issues as well.'],
  ['commit-fixup', 'Did you forget to run `git rebase -i --autosquash`?'],
  ['commit-conventional', 'formatting standards.'],
  ['commit-author-name', "author's name field is missing"],
  ['commit-author-email', "author's email field is missing or invalid"],
  ['commit-committer-name', "committer's name field is missing"],
  ['commit-committer-email', "committer's email field is missing or invalid"],
]

async function theirs(base, head, commits) {
  const verdicts = new Set()
  const error = (text) => {
    const sha = /^Commit ([0-9a-f]{40})/.exec(text)?.[1]
    if (!sha) return
    const found = ENDINGS.find(([, ending]) => text.endsWith(ending))
    if (!found) throw new Error(`not understood: ${text}`)
    verdicts.add(`${sha} ${found[0]}`)
  }
  const side = (ref, sha, id) => ({ ref, sha, repo: { id } })
  const data = {
    base: side('master', base, 1),
    head: side('work', head, 2),
    commits,
  }
  await lintCommits({
    github: { rest: { pulls: { get: async () => ({ data }) } } },
    context: { repo: {}, payload: { pull_request: { number: 1 } } },
    core: { info() {}, error, setFailed() {} },
    repoPath,
  })
  return verdicts
}

async function main() {
  const git = async (...args) =>
    (await run('git', ['-C', repoPath, ...args])).stdout.trim()
  const [base, head] = [
    await git('rev-parse', 'master'),
    await git('rev-parse', 'work'),
  ]
  const commits = Number(
    await git('rev-list', '--count', `${base}..${head}`),
  )
  const expected = await theirs(base, head, commits)
  const { findings, summary } = JSON.parse(readFileSync(report, 'utf8'))
  const known = new Set(ENDINGS.map(([code]) => code))
  const found = new Set(
    findings
      .filter(({ code }) => known.has(code))
      .map(({ commit, code }) => `${commit} ${code}`),
  )
  const different = [
    ...[...expected].filter((it) => !found.has(it)).map((it) => `missing: ${it}`),
    ...[...found].filter((it) => !expected.has(it)).map((it) => `extra: ${it}`),
  ]
  for (const line of different.slice(0, 20)) console.log(line)
  for (const [code] of ENDINGS) {
    const count = [...expected].filter((it) => it.endsWith(` ${code}`)).length
    console.log(`${code}: ${count}`)
    if (count === 0) different.push(`never: ${code}`)
  }
  if (summary.commits !== commits) different.push('another number of commits')
  const bad = new Set([...expected].map((it) => it.slice(0, 40))).size
  console.log(
    `${commits} commits, ${bad} of them at fault, ${expected.size} verdicts, ${different.length} different`,
  )
  process.exitCode = different.length === 0 ? 0 : 1
}

main()
