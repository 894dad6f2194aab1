import type { GoodFile } from './good-file.ts'

const PACKAGES: Readonly<Record<string, string>> = {
  'base-files': '12.4+deb12u12',
  cron: '3.0pl1-162',
  libssl3: '3.0.17-1~deb12u3',
  nftables: '1.0.6-2+deb12u2',
  'openssh-server': '1:9.2p1-2+deb12u7',
  openssl: '3.0.17-1~deb12u3',
  passwd: '1:4.13+dfsg1-1+deb12u1',
  sudo: '1.9.13p3-1+deb12u2',
  systemd: '252.39-1~deb12u1',
  'systemd-timesyncd': '252.39-1~deb12u1',
  'unattended-upgrades': '2.9.1+nmu3',
  'util-linux': '2.38.1-5+deb12u3',
}

/** Setuid and setgid files and the package that brings each. They are empty: only their rights are looked at. */
const SETUID: readonly {
  readonly path: string
  readonly mode: string
  readonly package: string
  readonly gid?: number
}[] = [
  { path: '/usr/bin/sudo', mode: '4755', package: 'sudo' },
  { path: '/usr/bin/passwd', mode: '4755', package: 'passwd' },
  { path: '/usr/bin/su', mode: '4755', package: 'util-linux' },
  { path: '/usr/bin/mount', mode: '4755', package: 'util-linux' },
  { path: '/usr/bin/chage', mode: '2755', package: 'passwd', gid: 42 },
]

/** Release, packages, package lists and setuid files of the sandbox host: all up to date at `now`. */
export function goodHostPackages(now: Date): GoodFile[] {
  const file = (path: string, content: string, more: { mode?: string; gid?: number } = {}): GoodFile => ({
    kind: 'file',
    path,
    content,
    ...more,
  })
  const status = Object.entries(PACKAGES).map(
    ([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
  )
  const offered = (names: readonly string[]) =>
    names.map((name) => `Package: ${name}\nArchitecture: amd64\nVersion: ${PACKAGES[name]}\n`).join('\n')
  const lists = '/var/lib/apt/lists'
  const main = `${lists}/debian.example_debian_dists_bookworm`
  const security = `${lists}/security.example_debian-security_dists_bookworm-security`
  const upgraded = new Date(now.getTime() - 2 * 86_400_000).toISOString().slice(0, 19).replace('T', '  ')
  return [
    file(
      '/etc/os-release',
      [
        'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
        'NAME="Debian GNU/Linux"',
        'VERSION_ID="12"',
        'VERSION="12 (bookworm)"',
        'VERSION_CODENAME=bookworm',
        'ID=debian',
        '',
      ].join('\n'),
    ),
    file('/etc/debian_version', '12.12\n'),
    file(
      '/etc/apt/sources.list',
      'deb http://debian.example/debian bookworm main\ndeb http://security.example/debian-security bookworm-security main\n',
    ),
    file(
      '/etc/apt/apt.conf.d/20auto-upgrades',
      'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
    ),
    file('/var/lib/dpkg/status', status.join('\n')),
    file(`${main}_InRelease`, release('Debian', 'bookworm', now)),
    file(`${main}_main_binary-amd64_Packages`, offered(Object.keys(PACKAGES))),
    file(`${security}_InRelease`, release('Debian-Security', 'bookworm-security', now)),
    file(`${security}_main_binary-amd64_Packages`, offered(['openssl', 'libssl3'])),
    file('/var/lib/apt/periodic/update-success-stamp', ''),
    file(
      '/var/log/apt/history.log',
      `\nStart-Date: ${upgraded}\nCommandline: /usr/bin/unattended-upgrade\nUpgrade: libssl3:amd64 (3.0.16-1~deb12u1, 3.0.17-1~deb12u3)\nEnd-Date: ${upgraded}\n`,
    ),
    ...SETUID.map((s) => file(s.path, '', s)),
    ...[...new Set(SETUID.map((s) => s.package))].map((name) => {
      const paths = SETUID.filter((s) => s.package === name).map((s) => s.path)
      return file(`/var/lib/dpkg/info/${name}.list`, `/.\n${paths.join('\n')}\n`)
    }),
  ]
}

function release(label: string, codename: string, now: Date): string {
  const signed = new Date(now.getTime() - 6 * 3_600_000).toUTCString().replace('GMT', 'UTC')
  return [
    '-----BEGIN PGP SIGNED MESSAGE-----',
    'Hash: SHA256',
    '',
    'Origin: Debian',
    `Label: ${label}`,
    `Codename: ${codename}`,
    `Date: ${signed}`,
    'Architectures: amd64',
    'Components: main',
    '',
  ].join('\n')
}
