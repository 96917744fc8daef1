// Loads the application named on Electron's command line (`electron [-r file] <path> [arguments]`): the part of Electron's own
// default app that the repackaged distribution leaves out and that development and Playwright rely on.
import { app } from 'electron'
import { existsSync, readFileSync } from 'node:fs'
import Module from 'node:module'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

function readArguments(args) {
  const preloads = []
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '-r' || args[i] === '--require') preloads.push(args[++i])
    else if (!args[i].startsWith('-')) return { preloads, path: resolve(args[i]) }
  }
  return { preloads, path: null }
}

function readManifest(folder) {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

function introduce(folder, manifest) {
  if (manifest.version) app.setVersion(manifest.version)
  const name = manifest.productName ?? manifest.name
  if (name) {
    app.setName(name)
    app.setPath('userData', join(app.getPath('appData'), name))
  }
  app.setAppPath(folder)
}

/** The `type` of the nearest package.json decides what a .js file is, as in Node. */
function isModule(file) {
  if (extname(file) !== '.js') return extname(file) === '.mjs'
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = readManifest(folder)
    if (manifest) return manifest.type === 'module'
    if (folder === dirname(folder)) return false
  }
}

async function load(path) {
  process.defaultApp = true
  const manifest = readManifest(path)
  if (manifest) introduce(path, manifest)
  const file = Module._resolveFilename(path, null, true)
  if (!manifest) app.setAppPath(dirname(file))
  if (isModule(file)) await import(pathToFileURL(file).href)
  else Module._load(file, Module, true)
}

const { preloads, path } = readArguments(process.argv.slice(1))
Module._preloadModules(preloads)
if (path === null) {
  console.error('usage: electron [options] <path of the application>')
  app.exit(2)
} else {
  await load(path).catch((error) => {
    console.error('The application threw an error while loading:', error)
    app.exit(1)
  })
}
