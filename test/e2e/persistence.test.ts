import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { objectsOn, snapshot } from './ask.ts'
import { Canvas } from './canvas.ts'
import { makeHome, writeSmears, type Home, type SmearFile } from './home.ts'
import { sandbox } from './launch.ts'
import { givenProject, openImage, projectFolder, ROOT, startApp, type Session } from './session.ts'

const WAIT = { timeout: 10_000 }
const cli = path.join(ROOT, 'bin', 'slidewright')

describe('what was done is kept', () => {
  let home: Home
  let files: SmearFile[]
  let session: Session

  beforeEach(async () => {
    home = makeHome()
    files = await writeSmears(home.images, 2)
    session = await startApp(home)
    await givenProject(session, home, 'Kept', [home.images])
  })
  afterEach(async () => {
    expect(session.faults).toEqual([])
    await session.close()
    home.remove()
  })

  const here = (): Promise<string[]> => objectsOn(session.page, files[1]!.name)

  /** Two boxes on the second image, the second of them moved. */
  async function work(): Promise<void> {
    const { page } = session
    await openImage(page, files[1]!)
    const canvas = new Canvas(page, files[1]!)
    await page.keyboard.press('r')
    await canvas.drag({ x: 40, y: 40 }, { x: 100, y: 100 })
    await canvas.drag({ x: 160, y: 40 }, { x: 220, y: 100 })
    await page.keyboard.press('s')
    await canvas.drag({ x: 190, y: 70 }, { x: 210, y: 130 })
    await expect.poll(here, WAIT).toEqual(['RBC box 180 100 60 60', 'RBC box 40 40 60 60'])
  }

  /** The app again on the same profile, with the project opened from the list of recent ones. */
  async function startAgain(): Promise<void> {
    session = await startApp(home)
    await session.page.getByRole('button', { name: 'Open Kept' }).click()
    await session.page.getByRole('main', { name: 'Label' }).waitFor()
  }

  it('opens as it was left, and Ctrl+Z takes back the last edit of the session before', async () => {
    await work()
    await session.page.keyboard.press('Control+2')
    await session.page.keyboard.press('Control+1')
    await session.close()
    await startAgain()
    const { page } = session
    await page.getByRole('application', { name: `Image ${files[1]!.name}, 2 objects` }).waitFor()
    expect(await here()).toEqual(['RBC box 180 100 60 60', 'RBC box 40 40 60 60'])
    await page.keyboard.press('Control+z')
    await expect.poll(here, WAIT).toEqual(['RBC box 160 40 60 60', 'RBC box 40 40 60 60'])
    await page.keyboard.press('Control+z')
    await expect.poll(here, WAIT).toEqual(['RBC box 40 40 60 60'])
    await page.keyboard.press('Control+Shift+Z')
    await expect.poll(here, WAIT).toEqual(['RBC box 160 40 60 60', 'RBC box 40 40 60 60'])
  })

  it('loses nothing that was shown as saved when the app is killed, and opens the project that the command line names', async () => {
    await work()
    await expect.poll(() => session.page.getByLabel('Saved', { exact: true }).textContent(), WAIT).toContain('all changes saved')
    const gone = once(session.app.process(), 'exit')
    session.app.process().kill('SIGKILL')
    await gone
    session = await startApp(home, projectFolder(home, 'Kept'))
    await session.page.getByRole('main', { name: 'Label' }).waitFor()
    expect(await here()).toEqual(['RBC box 180 100 60 60', 'RBC box 40 40 60 60'])
    expect((await snapshot(session.page)).readOnly).toBe('')
  })

  it('tells the command line that the project is open here: it may read, not write', async () => {
    await work()
    const folder = projectFolder(home, 'Kept')
    const info = await promisify(execFile)(cli, ['info', folder, '--json'])
    expect(JSON.parse(info.stdout.trim().split('\n').at(-1)!)).toMatchObject({ images: 2, annotations: 2 })
    const train = await failed(['train', folder, '--preset', 'cells-lite0', '--epochs', '1'])
    expect(train).toMatchObject({ code: 1 })
    expect(train.stderr).toMatch(/can only be read: .* has it open on this computer/)
    expect(train.stderr).not.toMatch(/\n\s+at /)
    expect(await here()).toHaveLength(2)
  })

  it('is started once only: a second start leaves the first one in front and ends', async () => {
    const executable = process.env['SLIDEWRIGHT_ELECTRON']!
    const second = spawn(executable, [...sandbox(), ROOT, `--user-data-dir=${home.profile}`], { stdio: 'ignore' })
    const [code] = (await once(second, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect((await snapshot(session.page)).name).toBe('Kept')
  })
})

async function failed(args: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  return promisify(execFile)(cli, args).then(
    () => {
      throw new Error(`slidewright ${args.join(' ')} did not fail`)
    },
    ({ code, stderr }: { code: unknown; stderr: string }) => ({ code, stderr }),
  )
}
