import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imageId, runId } from '#shared/records/ids.ts'
import type { ResultMap } from '#shared/records/prediction.ts'
import { openProject } from '../../../src/main/project/open.ts'
import type { ProjectDatabase } from '../../../src/main/project/database.ts'
import { resultMapFile } from '../../../src/main/workbench/result-maps.ts'
import { edit, image, model, newProject, run } from '../project/fixtures.ts'

const a = imageId.parse('a')
const heat = (file: string): ResultMap => ({ kind: 'heat', file, classIndex: null, width: 4, height: 3 })

/** A project whose run `r` says that it drew these files over image a; those below its own folder are there. */
async function drawn(...files: readonly string[]): Promise<{ project: ProjectDatabase; folder: string }> {
  const project = await newProject()
  project.commit(edit({ images: [image('a'), image('b')] }))
  project.putModel(model('m'))
  project.addRun(run('r', model('m').id), [a], [], [{ imageId: a, scores: null, anomaly: 1, maps: files.map(heat) }])
  const folder = path.join(project.paths.runs, 'r')
  mkdirSync(path.join(folder, 'deeper'), { recursive: true })
  for (const file of ['a.png', 'deeper/a.png', '../neighbour.png']) writeFileSync(path.join(folder, file), 'png')
  return { project, folder }
}

const fileOf = (project: ProjectDatabase, place: number, of = 'r', id = 'a'): Promise<string> =>
  resultMapFile({ db: project, paths: project.paths }, { runId: runId.parse(of), imageId: imageId.parse(id), place })

describe('maps of a run', () => {
  it('are found by image and place, also when the project is opened again', async () => {
    const { project, folder } = await drawn('a.png', 'deeper/a.png')
    expect(await fileOf(project, 0)).toBe(realpathSync(path.join(folder, 'a.png')))
    await project.close()
    const again = await openProject(project.folder)
    expect(again.resultOf(a, runId.parse('r'))?.maps).toEqual([heat('a.png'), heat('deeper/a.png')])
    expect(await fileOf(again, 1)).toBe(realpathSync(path.join(folder, 'deeper', 'a.png')))
    await again.close()
  })

  it.each(['../neighbour.png', '../../project.db', '/etc/hostname', 'gone.png', '.', ''])('never are %j', async (file) => {
    const { project } = await drawn(file)
    await expect(fileOf(project, 0)).rejects.toMatchObject({ code: 'map-missing' })
  })

  it('are not what a link leads to', async () => {
    const { project, folder } = await drawn('link.png', 'elsewhere/project.db')
    symlinkSync(path.join(project.folder, 'project.db'), path.join(folder, 'link.png'))
    symlinkSync(project.folder, path.join(folder, 'elsewhere'))
    for (const place of [0, 1]) await expect(fileOf(project, place)).rejects.toMatchObject({ code: 'map-missing' })
  })

  it('are those of the record alone: no other place, image or run', async () => {
    const { project } = await drawn('a.png')
    await expect(fileOf(project, 1)).rejects.toMatchObject({ code: 'map-missing' })
    await expect(fileOf(project, 0, 'r', 'b')).rejects.toMatchObject({ code: 'map-missing' })
    await expect(fileOf(project, 0, '..')).rejects.toMatchObject({ code: 'map-missing' })
  })
})
