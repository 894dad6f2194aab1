import { type ChildProcessByStdio, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import type { Packet } from '../packet.ts'
import { rawFrame } from './raw-packet.ts'

const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: 'UTC', LC_ALL: 'C' }
const IN = '020000000001'
const OUT = '020000000002'

/**
 * Puts frames on one interface and tells what comes out of another; Node has no packet sockets, perl-base is on every Debian. Reads a
 * count and frames with their lengths, answers the same way once nothing has come for a while.
 */
const PERL = `
my ($in, $out) = @ARGV; binmode STDIN; binmode STDOUT; $| = 1;
sub ll { pack 'S n l S C C a8', 17, 3, $_[0], 1, 0, 6, '' }
socket(my $tx, 17, 3, 0) or die $!;
socket(my $rx, 17, 3, unpack 'S', pack 'n', 3) or die $!;
setsockopt $rx, 1, 33, pack 'i', 8 << 20;
bind $rx, ll($out) or die $!;
my @got;
sub drain { my ($wait) = @_; my $bits = ''; vec($bits, fileno $rx, 1) = 1;
  while (select my $ready = $bits, undef, undef, $wait) { recv $rx, my $frame, 2000, 0; push @got, $frame } }
while (read(STDIN, my $n, 4) == 4) {
  @got = ();
  for my $i (1 .. unpack 'N', $n) {
    read STDIN, my $size, 2; read STDIN, my $frame, unpack 'n', $size;
    send $tx, $frame, 0, ll($in); drain(0) if $i % 32 == 0;
  }
  drain(0.06);
  print pack('N', scalar @got), map { pack 'n/a*', $_ } @got;
}`

/** A router in a namespace, and a wire into and out of it in a second one. */
export class KernelRig {
  readonly #router: string
  readonly #ends: string
  readonly #wires: ChildProcessByStdio<Writable, Readable, null>
  #round = 0

  private constructor(router: string, ends: string, wires: ChildProcessByStdio<Writable, Readable, null>) {
    this.#router = router
    this.#ends = ends
    this.#wires = wires
  }

  /** @throws where namespaces cannot be made: needs root */
  static start(): KernelRig {
    const id = randomBytes(3).toString('hex')
    const [router, ends] = [`bfk${id}`, `bfw${id}`]
    const ip = (text: string): string => execFileSync('ip', text.split(' '), { env, encoding: 'utf8' })
    try {
      ip(`netns add ${router}`)
      ip(`netns add ${ends}`)
      for (const [name, wire, mac] of [['eth0', 'in', IN] as const, ['eth1', 'out', OUT] as const]) {
        ip(`link add ${name} netns ${router} type veth peer name ${wire} netns ${ends}`)
        ip(`-n ${router} link set ${name} address ${mac.replaceAll(/(..)(?=.)/g, '$1:')} up`)
      }
      const set = (namespace: string, ...keys: string[]): string =>
        execFileSync('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...keys], { env, encoding: 'utf8' })
      set(ends, 'net.ipv6.conf.all.disable_ipv6=1')
      for (const wire of ['in', 'out']) ip(`-n ${ends} link set ${wire} up`)
      set(router, 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1', 'net.ipv4.conf.all.rp_filter=0')
      for (const [i, name] of ['eth0', 'eth1'].entries()) {
        ip(`-n ${router} addr add 10.${8 + i}.0.1/24 dev ${name}`)
        ip(`-n ${router} addr add fd00:${8 + i}::1/64 dev ${name} nodad`)
        for (const [hop, net] of [`10.${8 + i}.0.2 10.${1 + i}.0.0/16`, `fd00:${8 + i}::2 fd00:${1 + i}::/64`].map(
          (t) => t.split(' '),
        )) {
          ip(`-n ${router} neigh add ${hop} lladdr 02:00:00:00:00:fe dev ${name} nud permanent`)
          ip(`-n ${router} route add ${net} via ${hop} dev ${name}`)
        }
      }
      const index = (wire: string): string =>
        String((JSON.parse(ip(`-n ${ends} -j link show ${wire}`)) as readonly { ifindex: number }[])[0]?.ifindex)
      const wires = spawn('ip', ['netns', 'exec', ends, 'perl', '-e', PERL, index('in'), index('out')], {
        env,
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      return new KernelRig(router, ends, wires)
    } catch (error) {
      for (const name of [router, ends]) spawnSync('ip', ['netns', 'del', name], { env })
      throw error
    }
  }

  /** @returns what `nft -j list ruleset` says afterwards; null for a rule set that nft or the kernel refuses */
  load(text: string): unknown {
    const run = (program: string, args: readonly string[], input = '') =>
      spawnSync('ip', ['netns', 'exec', this.#router, program, ...args], {
        env,
        input,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      })
    if (run('nft', ['-f', '-'], `flush ruleset\n${text}`).status !== 0) return null
    this.forget()
    return JSON.parse(run('nft', ['-j', 'list', 'ruleset']).stdout)
  }

  /** Ends all tracked connections. */
  forget(): void {
    spawnSync('ip', ['netns', 'exec', this.#router, 'conntrack', '-F'], { env, stdio: 'ignore' })
  }

  /** Sends packets; @returns for each what came out behind the router, or null. */
  async send(packets: readonly Packet[]): Promise<(Buffer | null)[]> {
    this.#round = (this.#round + 1) % 65536
    const round = this.#round
    const blocks: Buffer[] = [Buffer.alloc(4)]
    blocks[0]?.writeUInt32BE(packets.length)
    for (const [i, packet] of packets.entries()) {
      const mark = Buffer.alloc(4)
      mark.writeUInt16BE(round, 0)
      mark.writeUInt16BE(i, 2)
      const frame = rawFrame(packet, Buffer.from(IN, 'hex'), mark, i)
      const size = Buffer.alloc(2)
      size.writeUInt16BE(frame.length)
      blocks.push(size, frame)
    }
    this.#wires.stdin.write(Buffer.concat(blocks))
    const seen: (Buffer | null)[] = packets.map(() => null)
    for (const frame of await this.#answer()) {
      const mark = frame.subarray(-4)
      if (frame.subarray(6, 12).toString('hex') === OUT && mark.readUInt16BE(0) === round)
        seen[mark.readUInt16BE(2)] = frame
    }
    return seen
  }

  async #answer(): Promise<Buffer[]> {
    let bytes: Buffer = Buffer.alloc(0)
    return new Promise((resolve, reject) => {
      const { stdout } = this.#wires
      const gone = (): void => reject(new Error('the process with the packet sockets has ended'))
      const take = (chunk: Buffer): void => {
        bytes = Buffer.concat([bytes, chunk])
        const frames: Buffer[] = []
        if (bytes.length < 4) return
        for (let at = 4; frames.length < bytes.readUInt32BE(0); ) {
          if (at + 2 > bytes.length) return
          const size = bytes.readUInt16BE(at)
          if (at + 2 + size > bytes.length) return
          frames.push(bytes.subarray(at + 2, at + 2 + size))
          at += 2 + size
        }
        stdout.off('data', take).off('end', gone)
        resolve(frames)
      }
      stdout.on('data', take).once('end', gone)
    })
  }

  stop(): void {
    this.#wires.kill('SIGKILL')
    for (const name of [this.#router, this.#ends]) spawnSync('ip', ['netns', 'del', name], { env })
  }
}
