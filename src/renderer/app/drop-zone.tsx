import { useState, type DragEvent, type ReactNode } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { useApp, type AppModel } from './context.ts'
import styles from './drop-zone.module.css'

const hasFiles = (event: DragEvent): boolean => [...event.dataTransfer.types].includes('Files')

const isProject = (path: string): boolean => /\.slidewright[\\/]?$/i.test(path)

/** What was dropped: a project is opened; images are imported, into a new project where none is open. */
export function takeDropped({ stores, shell, projects }: AppModel, paths: readonly string[]): void {
  const project = paths.find(isProject)
  if (project !== undefined) void projects.open(project)
  else if (stores.document.getState().project === null) shell.open({ kind: 'new-project', paths })
  else projects.importPaths(paths)
}

/** Takes files that are dropped anywhere on the window. */
export function DropZone({ children }: { readonly children: ReactNode }) {
  const app = useApp()
  const [over, setOver] = useState(false)
  const drag = (event: DragEvent): void => {
    if (!hasFiles(event)) return
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event)) return
    event.preventDefault()
    setOver(false)
    const paths = [...event.dataTransfer.files].map((file) => app.pathOf(file)).filter((path) => path !== '')
    if (paths.length > 0) takeDropped(app, paths)
  }
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setOver(false)
  }
  return (
    <div className={styles['zone']} onDragEnter={drag} onDragOver={drag} onDragLeave={leave} onDrop={drop}>
      {children}
      {over && <div className={styles['veil']}>{t('Drop images or folders to add them, or a project folder to open it')}</div>}
    </div>
  )
}
