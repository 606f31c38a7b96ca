// node nixpkgs-branches.js CI <cases.json: what nixpkgs' own scripts in CI say of branches. The forge is answered here.
const fsPromises = require('node:fs/promises')
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

const scripts = join(process.argv[2], 'github-script')
const { classify, split } = require(join(process.argv[2], 'supportedBranches.js'))

let posted = null
function replace(name, exports) {
  const path = require.resolve(join(scripts, name))
  require.cache[path] = { id: path, filename: path, loaded: true, exports }
}
replace('reviews.js', {
  postReview: async ({ body }) => {
    posted = body
  },
  dismissReviews: async () => {},
})
replace('supportedSystems.js', async () => [])
let changed = '{}'
fsPromises.readFile = async () => changed
const checkTargetBranch = require(join(scripts, 'check-target-branch.js'))
const prepare = require(join(scripts, 'prepare.js'))
const silent = { info() {}, warning() {}, setOutput() {} }
const context = { repo: {}, payload: { pull_request: { number: 1 } } }
console.log = () => {}

function name(branch) {
  try {
    return { split: split(branch), classify: classify(branch) }
  } catch {
    return null
  }
}

async function target({ base, head, rebuilds, tests, files }) {
  posted = null
  changed = JSON.stringify({
    rebuildCountByKernel: { linux: rebuilds, darwin: 0 },
    attrdiff: { changed: tests ? ['nixosTests.simple-vm'] : [] },
  })
  const github = {
    rest: {
      pulls: {
        get: async () => ({
          data: { base: { ref: base }, head: { ref: head }, changed_files: files.length },
        }),
        listFiles: async () => ({ data: files.map((filename) => ({ filename })) }),
      },
    },
  }
  await checkTargetBranch({ github, context, core: silent, dry: true })
  return posted
}

async function origin({ base, branches }) {
  let best = null
  const listBranches = () => {}
  const github = {
    paginate: async (what) => (what === listBranches ? branches.map(([name]) => ({ name })) : []),
    rest: {
      pulls: {
        get: async () => ({
          data: {
            state: 'open',
            mergeable: true,
            base: { ref: base, repo: { full_name: 'a/a' } },
            head: { ref: 'x', sha: 'x', repo: { full_name: 'b/a' } },
          },
        }),
        listFiles() {},
      },
      repos: {
        listBranches,
        getCommit: async () => ({ data: { parents: [{ sha: 'y' }] } }),
        compareCommitsWithBasehead: async ({ basehead }) => {
          const branch = basehead.slice(0, basehead.indexOf('...'))
          const found = branches.find(([name]) => name === branch)
          return {
            data: { total_commits: found ? found[1] : 10000, merge_base_commit: { sha: 'z' } },
          }
        },
      },
    },
  }
  const info = (text) => {
    best = /^best candidate: (.*)$/s.exec(text)?.[1] ?? best
  }
  try {
    await prepare({ github, context, core: { ...silent, info }, dry: true })
  } catch (error) {
    if (error.message !== 'The PR targets a channel branch.') throw error
    return 'channel'
  }
  return best
}

async function main() {
  const cases = JSON.parse(readFileSync(0, 'utf8'))
  const answers = { names: cases.names.map(name), targets: [], origins: [] }
  for (const it of cases.targets) answers.targets.push(await target(it))
  for (const it of cases.origins) answers.origins.push(await origin(it))
  process.stdout.write(JSON.stringify(answers))
}

main()
