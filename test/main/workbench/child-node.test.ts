import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ChildPictures } from '../../../src/main/images/child-pictures.ts'
import { bundledEntry, childNode } from '../../../src/main/workbench/child-node.ts'
import { engineLaunch } from '../../../src/main/workbench/engine-link.ts'
import { openPictures, withPictures } from '../../../src/main/workbench/picture-link.ts'
import { picture, save, temporaryFolder } from '../images/fixtures.ts'

const ELECTRON = '/opt/Slidewright/slidewright'
const root = path.resolve(import.meta.dirname, '../../..')

/** Lets the code see Electron's main process. */
function inElectron(resourcesPath: string, env: Record<string, string> = {}): void {
  vi.stubGlobal('process', { execPath: ELECTRON, env, versions: { electron: '45.0.0' }, resourcesPath, cwd: () => '/' })
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('what children run on', () => {
  it('is this very Node where it is one, on the sources', () => {
    expect(childNode()).toEqual({ execPath: process.execPath, env: {} })
    expect(engineLaunch()).toEqual({ execPath: process.execPath, env: {}, entry: path.join(root, 'src/engine/index.ts') })
  })

  it("is, from Electron, set-up's Node, else the one that the package brings, else Electron as Node, on the bundle", () => {
    const resources = temporaryFolder()
    inElectron(resources)
    expect(childNode()).toEqual({ execPath: ELECTRON, env: { ELECTRON_RUN_AS_NODE: '1' } })
    const shipped = path.join(resources, 'node')
    writeFileSync(shipped, '')
    expect(childNode()).toEqual({ execPath: shipped, env: {} })
    inElectron(resources, { SLIDEWRIGHT_NODE: '/checkout/node' })
    expect(childNode()).toEqual({ execPath: '/checkout/node', env: {} })
    expect(engineLaunch()).toEqual({ ...childNode(), entry: bundledEntry('engine/index.cjs') })
    expect(bundledEntry('engine/index.cjs')).toBe(path.join(root, 'out', 'engine', 'index.cjs'))
  })
})

describe('pictures', () => {
  it('are made by a child from Electron', async () => {
    inElectron(temporaryFolder())
    expect(await openPictures()).toBeInstanceOf(ChildPictures)
  })

  it('are made here on plain Node', async () => {
    const file = await save(path.join(temporaryFolder(), 'a.png'), picture(1))
    const header = await withPictures((pictures) => {
      expect(pictures).not.toBeInstanceOf(ChildPictures)
      return pictures.header({ file })
    })
    expect(header).toMatchObject({ format: 'png', width: 48 })
  })
})
