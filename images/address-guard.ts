import ipaddr from 'ipaddr.js';

/** Which addresses that are not public may be connected to. */
export type AllowPrivate = 'none' | 'loopback' | 'all';

/**
 * Addresses that hand out credentials or configuration to whoever asks from inside a cloud. No picture lives
 * there, so they are refused whatever is allowed.
 *
 * - 169.254.169.254, fd00:ec2::254: EC2 instance metadata (also Google Cloud and Azure)
 * - 169.254.170.2: ECS task metadata and credentials
 * - 169.254.170.23, fd00:ec2::23: EKS pod identity
 * - 100.100.100.200: Alibaba Cloud metadata
 * - 192.0.0.192: Oracle Cloud metadata
 * - 168.63.129.16: Azure's wire server, in a public range
 */
const METADATA_ADDRESSES: ReadonlySet<string> = new Set([
  '169.254.169.254',
  'fd00:ec2::254',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
  '100.100.100.200',
  '192.0.0.192',
  '168.63.129.16',
]);

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const embedded = (bytes: number[]): Address => new ipaddr.IPv4(bytes);

/**
 * The IPv4 address inside an IPv6 one, where packets end up there: IPv4-mapped and -compatible (`::/96`, RFC 4291
 * §2.5.5.1), SIIT (`::ffff:0:a.b.c.d`), NAT64 (`64:ff9b::/96`, RFC 6052) and 6to4 (`2002::/16`, RFC 3056).
 */
const unwrap = (address: Address): Address => {
  if (address instanceof ipaddr.IPv4) return address;
  const bytes = address.toByteArray();
  switch (address.range()) {
    case 'ipv4Mapped':
    case 'rfc6145':
      return embedded(bytes.slice(12));
    case 'rfc6052':
      // 64:ff9b:1::/48 (RFC 8215) puts the address elsewhere and leads into private networks: not unwrapped.
      return bytes.slice(4, 12).every((byte) => byte === 0) ? embedded(bytes.slice(12)) : address;
    case '6to4':
      return embedded(bytes.slice(2, 6));
    case 'loopback':
    case 'unspecified':
      return address;
    default:
      return bytes.slice(0, 12).every((byte) => byte === 0) ? embedded(bytes.slice(12)) : address;
  }
};

/** Global unicast is `2000::/3` so far (IANA, IPv6 address space); what else is not named is not routed. */
const rangeOf = (address: Address): string => {
  const range = address.range();
  if (range !== 'unicast' || address instanceof ipaddr.IPv4) return range;
  return ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20 ? range : 'reserved';
};

/**
 * Why an address may not be connected to, in a word or two (`loopback`, `private`, `cloud metadata`, …), or
 * `undefined` when it may. Public unicast addresses may; everything else may not: private, loopback,
 * link-local, unique-local, carrier-grade NAT, multicast, reserved, unspecified, and all of these wrapped in IPv6.
 *
 * @param address an IPv4 or IPv6 address as the system prints it, a zone (`%eth0`) included; not a host name.
 * @param allow `'loopback'` lets 127.0.0.0/8 and ::1 through; `'all'` everything but the metadata addresses.
 */
export const refusedRange = (address: string, allow: AllowPrivate): string | undefined => {
  const [bare = ''] = address.split('%', 1);
  if (!ipaddr.isValid(bare)) return 'unreadable';
  const target = unwrap(ipaddr.parse(bare));
  if (METADATA_ADDRESSES.has(target.toString())) return 'cloud metadata';
  const range = rangeOf(target);
  if (range === 'unicast' || allow === 'all') return undefined;
  if (range === 'loopback' && allow === 'loopback') return undefined;
  // ipaddr.js says uniqueLocal, carrierGradeNat, …
  return range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
};
