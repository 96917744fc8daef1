import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { anImage } from '../main/workbench/records.ts'
import { givenProject } from './given-project.ts'

describe('slidewright log', () => {
  const given = givenProject(() => [anImage('a')])

  it('writes the steps to a file, and replaces none that is there unless it is told to', async () => {
    await given.said('split', 'PROJECT', '--split', 'train')
    const file = path.join(given.folder, 'steps.json')
    expect((await given.said('log', 'PROJECT', '--to', file)).at(-1)).toBe(`Wrote ${file}: 1 step.`)
    writeFileSync(file, 'mine')
    await expect(given.said('log', 'PROJECT', '--to', file)).rejects.toMatchObject({ code: 'exists' })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    await given.said('log', 'PROJECT', '--to', file, '--force')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ steps: [{ step: { kind: 'split' } }] })
  })
})
