import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeHolder, takeLock, type WriterLock } from '../../../src/main/project/lock.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { edit, image, newProject, temporaryFolder } from './fixtures.ts'

const NOW = new Date('2026-11-21T10:00:00Z')

/** Another process that has the project open. */
async function otherProcess(folder: string): Promise<ChildProcess> {
  const open = pathToFileURL(path.resolve('src/main/project/open.ts')).href
  const code = `
    const { openProject } = await import(${JSON.stringify(open)})
    const project = await openProject(${JSON.stringify(folder)})
    console.log('open: ' + project.readOnly)
    setInterval(() => undefined, 1000)
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  expect(line.toString().trim()).toBe('open:')
  return child
}

function held(file: string): WriterLock {
  const result = takeLock(file, NOW)
  if (result.kind !== 'held') throw new Error(result.kind)
  onTestFinished(() => result.lock.release())
  return result.lock
}

describe('the right to write', () => {
  it('is one’s at a time, tells who has it, and is free again at once', () => {
    const file = path.join(temporaryFolder(), 'project.lock')
    const lock = held(file)
    const second = takeLock(file, NOW)
    expect(second).toMatchObject({ kind: 'taken', by: { pid: process.pid, since: NOW.toISOString() } })
    lock.release()
    lock.release()
    expect(existsSync(file + '.json')).toBe(false)
    held(file)
  })

  it('is refused without a fuss where the file can’t be made', () => {
    expect(takeLock(temporaryFolder(), NOW)).toEqual({ kind: 'write-protected' })
  })

  it('goes with the process that had it, even by kill -9', async () => {
    const project = await newProject()
    const { folder } = project
    await project.close()
    const other = await otherProcess(folder)
    const second = await openProject(folder)
    expect(second.readOnly).toContain(`process ${other.pid}`)
    expect(() => second.commit(edit({ images: [image('a')] }))).toThrow(/can't be changed/)
    await second.close()
    const gone = once(other, 'exit')
    other.kill('SIGKILL')
    await gone
    const third = await openProject(folder)
    expect(third.readOnly).toBe('')
    third.commit(edit({ images: [image('a')] }))
    await third.close()
  })

  it('puts the holder into words', () => {
    expect(describeHolder(null)).toContain('another Slidewright')
    const elsewhere = describeHolder({ pid: 7, host: 'ward-3', user: 'ada', since: '2026-11-21T10:00:00.000Z' })
    expect(elsewhere).toBe('ada has it open on ward-3 (process 7, since 2026-11-21 10:00 UTC)')
  })
})
