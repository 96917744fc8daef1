import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { StoresProvider } from '../state/context.tsx'
import { App } from './app.tsx'
import { AppContext, type AppModel } from './context.ts'
import { createAppModel, type WindowParts } from './model.ts'

/** Shows the app in an element. The model is given back for harnesses that look at it from outside. */
export async function mountApp(root: HTMLElement, parts: WindowParts): Promise<AppModel> {
  const model = await createAppModel(parts)
  const adopted = model.projects.adopt()
  createRoot(root).render(
    <StrictMode>
      <AppContext value={model}>
        <StoresProvider stores={model.stores}>
          <App />
        </StoresProvider>
      </AppContext>
    </StrictMode>,
  )
  await adopted
  return model
}
