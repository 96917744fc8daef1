import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import type { ImageRecord } from '#shared/records/image.ts'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { openProject } from '../../src/main/project/open.ts'

/** A project of its own for each test of a describe, and the command line on it. */
export interface GivenProject {
  /** A folder that only this test has; the project lies in it. */
  readonly folder: string
  readonly project: string
  /** Lines that a call writes; PROJECT stands for the project's folder. */
  said(...words: string[]): Promise<string[]>
  /** What a call says that it cannot read; nothing is done then. */
  refused(...words: string[]): Promise<string>
  stored(): Promise<readonly ImageRecord[]>
}

export function givenProject(images: () => ImageRecord[]): GivenProject {
  let folder: string
  const project = (): string => path.join(folder, 'p.slidewright')
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
    const db = await createProject(project(), { task: 'detection', classes: ['RBC'] })
    db.commit({ label: 'Test', put: { images: images() }, remove: {} })
    await db.close()
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true })
  })

  async function said(...words: string[]): Promise<string[]> {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const given = words.map((word) => (word === 'PROJECT' ? project() : word)).filter((word) => word !== '--json')
    await program(makeOutput(words.includes('--json'))).parseAsync(given, { from: 'user' })
    const lines = out.mock.calls.map(([text]) => String(text).trim())
    out.mockRestore()
    return lines
  }

  return {
    get folder() {
      return folder
    },
    get project() {
      return project()
    },
    said,
    refused: async (...words) => {
      const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
      await expect(said(...words)).rejects.toMatchObject({ exitCode: 1 })
      const text = write.mock.calls.map(([line]) => String(line)).join('')
      write.mockRestore()
      return text
    },
    stored: async () => {
      const db = await openProject(project())
      const known = [...db.images()]
      await db.close()
      return known
    },
  }
}
