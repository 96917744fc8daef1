import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { countedProject } from './counted-project.ts'
import { makeHome, writeVoc, type Home } from './home.ts'
import { projectFolder, ROOT } from './session.ts'

const CLI = path.join(ROOT, 'bin/slidewright')

describe('a report as PDF from the command line', () => {
  let home: Home
  let folder: string
  beforeAll(async () => {
    home = makeHome()
    folder = projectFolder(home, 'Printed')
    await countedProject(folder, await writeVoc(home.images, 3, { density: 0.3 }))
  })
  afterAll(() => {
    home.remove()
  })

  it.runIf(process.platform === 'linux')(
    'is printed by the app on a hidden screen where there is no display',
    () => {
      const file = path.join(home.folder, 'report.pdf')
      const { DISPLAY: _, WAYLAND_DISPLAY: _wayland, ...env } = process.env
      const temporary = path.join(home.folder, 'temporary')
      mkdirSync(temporary)
      const { status, stdout, stderr } = spawnSync(CLI, ['export', folder, file, '--what', 'report', '--json'], {
        encoding: 'utf8',
        env: { ...env, TMPDIR: temporary },
      })
      expect(stderr).not.toMatch(/could not be started/)
      expect(status).toBe(0)
      expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ file })
      const pdf = readFileSync(file)
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
      expect(pdf.length).toBeGreaterThan(50_000)
      expect(existsSync(`${file}.json`)).toBe(true)
      expect(readdirSync(temporary).filter((name) => name.startsWith('slidewright-'))).toEqual([])
    },
    180_000,
  )
})
