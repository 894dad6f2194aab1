import type { Value } from '../address.ts'
import type { Packet } from '../packet.ts'

/** Internet checksum (RFC 1071). */
function checksum(...blocks: readonly Buffer[]): number {
  let sum = 0
  for (const block of blocks)
    for (let i = 0; i < block.length; i += 2)
      sum += block.readUInt8(i) * 256 + (i + 1 < block.length ? block.readUInt8(i + 1) : 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function addressBytes(value: Value): Buffer {
  if (typeof value === 'bigint') return Buffer.from(value.toString(16).padStart(32, '0'), 'hex')
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const CHECKSUM_AT: Readonly<Record<number, number>> = { 6: 16, 17: 6, 1: 2, 58: 2 }

/**
 * An Ethernet frame with a packet of TCP, UDP, ICMP or ICMPv6 (RFC 791, 8200, 9293, 768, 792, 4443), ended by `mark`, 4 bytes that tell
 * it from others wherever it comes out.
 *
 * @param id identifier of an echo request, 0 to 65,535
 */
export function rawFrame(packet: Packet, to: Buffer, mark: Buffer, id: number): Buffer {
  const [src, dst] = [addressBytes(packet.src), addressBytes(packet.dst)]
  const v4 = packet.family === 'ip4'
  const head = Buffer.alloc(packet.proto === 6 ? 20 : 8)
  if (packet.proto === 6 || packet.proto === 17) {
    head.writeUInt16BE(packet.sport, 0)
    head.writeUInt16BE(packet.dport, 2)
  }
  if (packet.proto === 6) {
    head.writeUInt32BE(1000 + id, 4)
    head.writeUInt8(5 << 4, 12)
    head.writeUInt8(packet.tcpFlags, 13)
    head.writeUInt16BE(1024, 14)
  } else if (packet.proto === 17) head.writeUInt16BE(8 + mark.length, 4)
  else {
    head.writeUInt8(packet.icmpType, 0)
    head.writeUInt8(packet.icmpCode, 1)
    head.writeUInt16BE(id, 4)
  }
  const segment = Buffer.concat([head, mark])
  const pseudo = Buffer.alloc(v4 ? 4 : 8)
  if (v4) {
    pseudo.writeUInt8(packet.proto, 1)
    pseudo.writeUInt16BE(segment.length, 2)
  } else {
    pseudo.writeUInt32BE(segment.length, 0)
    pseudo.writeUInt8(packet.proto, 7)
  }
  const sum = packet.proto === 1 ? checksum(segment) : checksum(src, dst, pseudo, segment)
  segment.writeUInt16BE(sum === 0 && packet.proto === 17 ? 0xffff : sum, CHECKSUM_AT[packet.proto] ?? 0)
  const ip = Buffer.alloc(v4 ? 12 : 8)
  if (v4) {
    ip.writeUInt8(0x45, 0)
    ip.writeUInt16BE(20 + segment.length, 2)
    ip.writeUInt16BE(id, 4)
    ip.writeUInt8(64, 8)
    ip.writeUInt8(packet.proto, 9)
    ip.writeUInt16BE(checksum(ip, src, dst), 10)
  } else {
    ip.writeUInt8(0x60, 0)
    ip.writeUInt16BE(segment.length, 4)
    ip.writeUInt8(packet.proto, 6)
    ip.writeUInt8(64, 7)
  }
  const ethernet = Buffer.concat([to, Buffer.from(v4 ? '0200000000fe0800' : '0200000000fe86dd', 'hex')])
  return Buffer.concat([ethernet, ip, src, dst, segment])
}
