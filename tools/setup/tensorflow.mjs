// Native TensorFlow under TensorFlow.js: a current libtensorflow out of TensorFlow's own wheel, and the binding compiled from
// the sources in @tensorflow/tfjs-node-gpu, whose own download is years old and out of reach on closed networks.
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modules, pinnedNode, platformKey, root } from './paths.mjs'
import { downloadWheel, foreignWheels, pip } from './pip.mjs'
import { attempt, run, which } from './process.mjs'
import { sizeOf } from './report.mjs'
import { Lack, keep, place, recallFailure, rememberFailure, writeWhole } from './store.mjs'
import { tensorflowVersion, wheels } from './tensorflow-wheels.mjs'
import { unzip } from './unzip.mjs'

const home = join(modules, '@tensorflow', 'tfjs-node-gpu')
const bindingFile = join(home, 'lib', 'napi-v8', 'tfjs_binding.node')
const markFile = join(home, 'deps', 'slidewright.json')
const bindingVersion = () => JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version
const keyOf = (build) => `tensorflow-${tensorflowVersion}-${build}-${platformKey}`

/**
 * @typedef {{ available: boolean, build: 'cpu' | 'cuda' | 'own' | null, version: string | null, gpu: boolean, binding: string | null,
 *   why: string | null }} Tensorflow
 */

/**
 * Makes TensorFlow's binding loadable, the best build first; wasm remains where none can be had.
 * SLIDEWRIGHT_TENSORFLOW=cpu, cuda or none chooses instead.
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Tensorflow>}
 */
export async function tensorflow(report) {
  const wish = process.env.SLIDEWRIGHT_TENSORFLOW
  if (wish === 'none') return nothing('switched off by SLIDEWRIGHT_TENSORFLOW=none')
  const builds = wish === 'cpu' || wish === 'cuda' ? [wish] : (await nvidia()) ? ['cuda', 'cpu'] : ['cpu']
  const reasons = []
  for (const build of builds) {
    const found = await tryBuild(build, report).catch((error) => ({ why: error.message }))
    if (found.available) return found
    reasons.push(`${build}: ${found.why}`)
  }
  const own = await tryBuild('own', report).catch((error) => ({ why: error.message }))
  if (own.available) return own
  return nothing([...reasons, `the package's own download: ${own.why}`].join('; '))
}

const nothing = (why) => ({ available: false, build: null, version: null, gpu: false, binding: null, why })

async function nvidia() {
  return platformKey === 'linux-x64' && which('nvidia-smi') !== null && (await attempt('nvidia-smi', ['-L'], { timeout: 10_000 })).ok
}

async function tryBuild(build, report) {
  const laid = mark()
  if (laid?.key === keyOf(build) && whole(build)) return { ...laid.found, binding: bindingFile }
  const past = recallFailure(keyOf(build))
  if (past) throw new Error(past)
  try {
    let found
    await report.step(`TensorFlow ${build === 'own' ? "(the package's own)" : `${tensorflowVersion} (${build})`}`, async () => {
      const size = build === 'own' ? await ownDownload() : await fromWheel(build)
      found = await prove(build)
      writeWhole(markFile, JSON.stringify({ key: keyOf(build), found }, null, 2))
      return { size, note: found.gpu ? 'on the GPU' : 'on the CPU' }
    })
    return found
  } catch (error) {
    rmSync(markFile, { force: true })
    rememberFailure(keyOf(build), error)
    throw error
  }
}

const whole = (build) => existsSync(bindingFile) && (build !== 'cuda' || existsSync(join(home, 'deps', 'nvidia', 'cublas')))

/** What an earlier run laid into node_modules and proved. */
function mark() {
  try {
    return JSON.parse(readFileSync(markFile, 'utf8'))
  } catch {
    return null
  }
}

async function fromWheel(build) {
  const wheel = wheels[platformKey]?.[build]
  if (!wheel) throw new Lack(`no wheel for ${platformKey}`)
  const compiler = [process.env.CXX, 'c++', 'g++', 'clang++'].find((name) => name && which(name))
  if (!compiler) throw new Lack('no C++ compiler')
  const libraries = await keep(keyOf(build), (folder) => unpackWheel(wheel, build, folder))
  const binding = await keep(`tensorflow-binding-${bindingVersion()}-${tensorflowVersion}-${build}-${platformKey}`, (folder) =>
    compile(compiler, libraries, join(folder, 'tfjs_binding.node')),
  )
  for (const library of wheel.libraries) place(join(libraries, 'lib', library), join(home, 'deps', 'lib', library))
  linkNvidia(build === 'cuda' ? join(libraries, 'cuda', 'nvidia') : null)
  place(join(binding, 'tfjs_binding.node'), bindingFile)
  return sizeOf(join(libraries, 'lib')) + sizeOf(binding)
}

async function unpackWheel(wheel, build, folder) {
  const file = await downloadWheel({ ...wheel, version: tensorflowVersion }, join(folder, 'wheel'))
  const written = await unzip(file, (name) => {
    const inner = name.replace(/^tensorflow\//, '')
    if (wheel.libraries.includes(inner)) return join(folder, 'lib', inner)
    return /^include\/(tensorflow|xla|tsl)\//.test(inner) ? join(folder, inner) : null
  })
  if (written <= wheel.libraries.length) throw new Error('the wheel holds no headers')
  for (const [library, name] of Object.entries(wheel.linkedAs)) symlinkSync(library, join(folder, 'lib', name))
  rmSync(join(folder, 'wheel'), { recursive: true })
  if (build === 'cuda') await nvidiaLibraries(join(folder, 'cuda'))
}

async function nvidiaLibraries(folder) {
  const [command, start] = await pip()
  const list = fileURLToPath(new URL('cuda-requirements.txt', import.meta.url))
  const platforms = ['manylinux_2_17_x86_64', 'manylinux_2_12_x86_64', 'manylinux2014_x86_64'].flatMap((name) => ['--platform', name])
  const args = [
    'install',
    '--quiet',
    ...foreignWheels('manylinux_2_27_x86_64'),
    ...platforms,
    '--require-hashes',
    '--target',
    folder,
    '-r',
    list,
  ]
  await run('pip install (NVIDIA libraries)', command, [...start, ...args], { timeout: 60 * 60_000 })
}

/** The CUDA build looks for NVIDIA's libraries in ../nvidia beside its own folder, as the wheels lie in a Python. */
function linkNvidia(folder) {
  const link = join(home, 'deps', 'nvidia')
  rmSync(link, { recursive: true, force: true })
  if (folder) symlinkSync(folder, link)
}

async function compile(compiler, libraries, to) {
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(home, 'binding', name))
  const headers = [home, join(libraries, 'include'), join(modules, 'node-api-headers', 'include')].map((folder) => `-I${folder}`)
  const mac = process.platform === 'darwin'
  const beside = mac ? '-Wl,-rpath,@loader_path/../../deps/lib' : '-Wl,-rpath,$ORIGIN/../../deps/lib'
  const link = [
    `-L${join(libraries, 'lib')}`,
    '-ltensorflow',
    '-ltensorflow_framework',
    beside,
    ...(mac ? ['-undefined', 'dynamic_lookup'] : []),
  ]
  const args = ['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', ...headers, '-o', to, ...sources, ...link]
  await run('the binding does not compile', compiler, args, { timeout: 10 * 60_000 })
}

/** The package's own installer (libtensorflow 2.9): tried where the wheel cannot be used. */
async function ownDownload() {
  const host = await fetch('https://storage.googleapis.com/tensorflow/', { method: 'HEAD', signal: AbortSignal.timeout(8000) }).catch(
    () => null,
  )
  if (!host) throw new Error('its host cannot be reached')
  const env = { ...process.env, PATH: `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
  await run('its installer', pinnedNode, [join('scripts', 'install.js'), 'cpu', 'download'], { cwd: home, env, timeout: 20 * 60_000 })
  return sizeOf(join(home, 'deps'))
}

const proof = `
  const util = require('node:util')
  util.isNullOrUndefined ??= (value) => value == null
  util.isArray ??= Array.isArray
  const tf = require('@tensorflow/tfjs-node-gpu')
  const sum = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).sum().dataSync()[0]
  if (tf.getBackend() !== 'tensorflow' || sum !== 12) throw new Error('wrong product ' + sum)
  console.log(JSON.stringify({ gpu: tf.backend().isUsingGpuDevice }))`

/** Loads the binding in the pinned Node and multiplies two matrices: a binding that only exists is not one that works. */
async function prove(build) {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }
  const out = await run('the binding does not load', pinnedNode, ['-e', proof], { cwd: root, env, timeout: 120_000 })
  const { gpu } = JSON.parse(out.split('\n').findLast((line) => line.startsWith('{')) ?? '{}')
  if (build === 'cuda' && !gpu) throw new Error('the CUDA build sees no GPU that it can use')
  const version = build === 'own' ? '2.9.1' : tensorflowVersion
  return { available: true, build, version, gpu: gpu === true, binding: bindingFile, why: null }
}
