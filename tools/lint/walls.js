// The walls of the house: which room may import which. A source file that no room covers is itself an error,
// so a new folder has to be placed here before it can be used.
import path from 'node:path'
import { visibleText } from './visible-text.js'

const ROOMS = [
  { name: 'shared', under: 'src/shared/', may: ['shared'] },
  // Files written whole or not at all: for every room with Node.
  { name: 'files', under: 'src/files/', may: ['shared', 'files'] },
  // Children of main: started there, answering here, with a channel between.
  { name: 'process', under: 'src/process/', may: ['shared', 'process'] },
  // Reads image files in plain Node: for engine, picture reader and command line alike, so that all see the same pixels.
  { name: 'imaging', under: 'src/imaging/', may: ['shared', 'files', 'process', 'imaging'] },
  { name: 'shell', under: 'src/main/shell/', may: ['shared', 'files', 'imaging', 'shell', 'main', 'workbench'], electron: true },
  { name: 'shell', under: 'src/main/index.ts', may: ['shared', 'files', 'imaging', 'shell', 'main', 'workbench'], electron: true },
  { name: 'workbench', under: 'src/main/workbench/', may: ['shared', 'files', 'process', 'imaging', 'main', 'workbench'] },
  { name: 'main', under: 'src/main/', may: ['shared', 'files', 'process', 'imaging', 'main'] },
  { name: 'engine', under: 'src/engine/', may: ['shared', 'files', 'process', 'imaging', 'engine'] },
  { name: 'cli', under: 'src/cli/', may: ['shared', 'files', 'cli', 'workbench'] },
  { name: 'preload', under: 'src/preload/', may: ['shared', 'preload'], electron: true },
  { name: 'renderer', under: 'src/renderer/', may: ['shared', 'renderer'] },
]

const roomOf = (file) => ROOMS.find((room) => file.startsWith(room.under))

function resolveImport(root, file, source) {
  if (source.startsWith('#shared/')) return 'src/shared/' + source.slice('#shared/'.length)
  if (source.startsWith('.')) return path.relative(root, path.resolve(path.dirname(path.join(root, file)), source))
  return null
}

/** @type {import('eslint').Rule.RuleModule} */
const walls = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      uncovered: '{{file}} stands in no room: add its folder to tools/lint/walls.js.',
      crossing: '{{from}} may not import {{to}} ({{target}}): see docs/architecture.md, "Rooms".',
      electron: 'Only src/main/shell and src/preload may import electron.',
    },
  },
  create(context) {
    const root = context.cwd
    const file = path.relative(root, context.filename)
    if (!file.startsWith('src' + path.sep)) return {}
    const room = roomOf(file)
    const check = (node) => {
      const source = node.source?.value
      if (typeof source !== 'string' || !room) return
      if (source === 'electron' && !room.electron) context.report({ node, messageId: 'electron' })
      const target = resolveImport(root, file, source)
      if (target === null) return
      const other = roomOf(target)
      if (!other || !room.may.includes(other.name)) {
        context.report({ node, messageId: 'crossing', data: { from: room.name, to: other?.name ?? 'no room', target } })
      }
    }
    return {
      Program(node) {
        if (!room) context.report({ node, messageId: 'uncovered', data: { file } })
      },
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    }
  },
}

export const plugin = { rules: { walls, 'visible-text': visibleText } }
