import { defineDrill } from '../../../kernel/drill/drill.ts'

const KEY =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDxK2/MIYgcgDSVvsziLfYw0VrWTo6k2rURyGt4jd6yMmKvcSaXV8m7+1YRmUI0xZRz3QcR+5wshZJmma4abNLtxueQCQozRGLVw5KYw89rYk5TJKrfzpXPTWr7bT4Zyt/QrzoEU6alTnD+MnUr+eVu7vKBUKBSaIgEjU9R+xMttXPPpvjWjaHOsyZYdtdyizSIFJ3TxYCjOya/PWjR1bi3vdVkeJVIIpQy3SGj72ya3/c+UnqM7Rjp3sMZBVavFT6O413SCb5bEBa+XZuhGjhzAnBINSq/ZXz6K5DlMDVoxmGwX4Hha0h9qWWFXUI0WUdMI0q4AhbNarKaCZU1sbtz old@laptop\n'

export const sshKeysAreStrongDrill = defineDrill({
  check: 'access.ssh-keys-are-strong',
  sandbox: 'host',
  title: {
    de: 'Bei ada wird ein kurzer RSA-Schlüssel hinterlegt',
    en: 'A short RSA key is kept with ada',
  },
  expect: [{ resource: 'ada SHA256:esvRB51ylurmRl6stRtSv6d7Ouv7zUgVLtIePCNQdo0', reason: 'short' }],
  async break(host) {
    await host.append('/home/ada/.ssh/authorized_keys', KEY)
  },
  async mend(host) {
    await host.write(
      '/home/ada/.ssh/authorized_keys',
      ((await host.read('/home/ada/.ssh/authorized_keys')) ?? '').replace(KEY, ''),
    )
  },
})
