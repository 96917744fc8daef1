// The wheels that carry a current libtensorflow and its headers, pinned by content. Tried: linux-x64 cpu. The others are
// the same recipe on platforms that were not at hand, and are checked by loading them before they are kept.
export const tensorflowVersion = '2.21.0'

const linuxLibraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const linkedAs = { 'libtensorflow_cc.so.2': 'libtensorflow.so', 'libtensorflow_framework.so.2': 'libtensorflow_framework.so' }

/** By platform and build: package, wheel platform, sha256, the two libraries and the names that the binding links against. */
export const wheels = {
  'linux-x64': {
    cpu: {
      package: 'tensorflow-cpu',
      platform: 'manylinux_2_27_x86_64',
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      libraries: linuxLibraries,
      linkedAs,
    },
    cuda: {
      package: 'tensorflow',
      platform: 'manylinux_2_27_x86_64',
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      libraries: linuxLibraries,
      linkedAs,
    },
  },
  'linux-arm64': {
    cpu: {
      package: 'tensorflow',
      platform: 'manylinux_2_27_aarch64',
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      libraries: linuxLibraries,
      linkedAs,
    },
  },
  'darwin-arm64': {
    cpu: {
      package: 'tensorflow',
      platform: 'macosx_12_0_arm64',
      sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
      libraries: ['libtensorflow_cc.2.dylib', 'libtensorflow_framework.2.dylib'],
      linkedAs: { 'libtensorflow_cc.2.dylib': 'libtensorflow.dylib', 'libtensorflow_framework.2.dylib': 'libtensorflow_framework.dylib' },
    },
  },
}
