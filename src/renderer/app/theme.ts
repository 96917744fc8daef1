import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

// Greys without tint: a coloured frame shifts how stain is seen.
const grey: MantineColorsTuple = [
  '#fafafa',
  '#f0f0f0',
  '#e2e2e2',
  '#cfcfcf',
  '#adadad',
  '#8a8a8a',
  '#6a6a6a',
  '#4a4a4a',
  '#333333',
  '#222222',
]
const dark: MantineColorsTuple = [
  '#d6d6d6',
  '#b8b8b8',
  '#9a9a9a',
  '#7c7c7c',
  '#555555',
  '#3a3a3a',
  '#2c2c2c',
  '#222222',
  '#1b1b1b',
  '#141414',
]
/** The one accent: primary button and focus ring. */
const accent: MantineColorsTuple = [
  '#e3f1ff',
  '#c5e0fb',
  '#94c3f2',
  '#61a5e9',
  '#3a8de2',
  '#217cd6',
  '#1570c9',
  '#0c5eae',
  '#08508f',
  '#043b6b',
]

export const theme = createTheme({
  colors: { gray: grey, dark, accent },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 4,
  // Beside the system's own: those that Windows, macOS and Linux have for Japanese.
  fontFamily:
    'system-ui, "Segoe UI", "DejaVu Sans", "Hiragino Sans", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.4', lg: '1.4', xl: '1.3' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '15px' }, h3: { fontSize: '13px' } } },
  respectReducedMotion: true,
  components: {
    Button: {
      defaultProps: { size: 'compact-sm' },
      styles: { label: { fontWeight: 500 } },
      vars: () => ({ root: { '--button-height': '28px' } }),
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false } },
    // Mantine leaves out the lines beside the chosen one: what is left of them looks like a mistake.
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 100 } } },
  },
})

/** The ground of panels. */
export const PANEL = { light: '#f4f4f4', dark: '#1e1e1e' } as const

/** Our own few colours beside Mantine's: the ground around the image, panels, lines, and edges of what may have any colour, in both schemes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--sw-gap': '8px' },
  light: {
    '--sw-ground': '#d9d9d9',
    '--sw-panel': PANEL.light,
    '--sw-line': '#d2d2d2',
    '--sw-edge': '#767676',
    '--sw-muted': '#5c5c5c',
    '--sw-raised': '#ffffff',
    '--sw-loss': '#c21f1f',
  },
  dark: {
    '--sw-ground': '#101010',
    '--sw-panel': PANEL.dark,
    '--sw-line': '#333333',
    '--sw-edge': '#7c7c7c',
    '--sw-muted': '#9c9c9c',
    '--sw-raised': '#2a2a2a',
    '--sw-loss': '#ff7b72',
  },
})
