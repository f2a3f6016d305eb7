import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { refusedRange } from '../../images/address-guard.ts';

const refused: Readonly<Record<string, readonly string[]>> = {
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '::7f00:1'],
  'link local': ['169.254.1.1', 'fe80::1', 'fe80::1%eth0'],
  'unique local': ['fc00::1', 'fd12:3456::1'],
  'carrier grade nat': ['100.64.0.1', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  broadcast: ['255.255.255.255'],
  reserved: [
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    '2001:db8::1',
    '1::1',
    '4000::1',
    '8000::1',
    'e000::1',
  ],
  'cloud metadata': [
    '169.254.169.254',
    '169.254.170.2',
    '169.254.170.23',
    'fd00:ec2::254',
    '168.63.129.16',
    '100.100.100.200',
  ],
  teredo: ['2001::1'],
};

const hex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
};

const wrappings: Readonly<Record<string, (address: string) => string>> = {
  'IPv4-mapped': (address) => `::ffff:${address}`,
  'IPv4-mapped in hexadecimal': (address) => `::ffff:${hex(address)}`,
  'IPv4-compatible': (address) => `::${address}`,
  SIIT: (address) => `::ffff:0:${hex(address)}`,
  NAT64: (address) => `64:ff9b::${hex(address)}`,
  '6to4': (address) => `2002:${hex(address)}::1`,
};

suite('refusedRange', () => {
  test('public addresses may be connected to', () => {
    for (const address of [
      '8.8.8.8',
      '1.1.1.1',
      '99.255.255.255',
      '100.128.0.1',
      '172.32.0.1',
      '2606:4700::1111',
    ]) {
      assert.equal(refusedRange(address, 'none'), undefined, address);
    }
  });

  for (const [range, addresses] of Object.entries(refused)) {
    test(`${range} addresses may not`, () => {
      for (const address of addresses) assert.equal(refusedRange(address, 'none'), range, address);
    });
  }

  for (const [wrapping, wrap] of Object.entries(wrappings)) {
    test(`${wrapping} addresses are judged by the IPv4 address inside`, () => {
      for (const address of [
        '127.0.0.1',
        '10.0.0.1',
        '169.254.169.254',
        '100.64.0.1',
        '224.0.0.1',
        '8.8.8.8',
      ]) {
        assert.equal(refusedRange(wrap(address), 'none'), refusedRange(address, 'none'), wrap(address));
      }
    });
  }

  test('every wrapping of every IPv4 address is judged like the address', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom('IPv4-mapped', 'SIIT', 'NAT64', '6to4'), (address, wrapping) => {
        assert.equal(
          refusedRange(wrappings[wrapping]?.(address) ?? '', 'none'),
          refusedRange(address, 'none'),
        );
      }),
    );
  });

  test('local-use NAT64 leads into private networks and is refused whatever it wraps', () => {
    assert.notEqual(refusedRange('64:ff9b:1::808:808', 'none'), undefined);
  });

  test('loopback can be allowed alone', () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      assert.equal(refusedRange(address, 'loopback'), undefined);
    for (const address of ['10.0.0.1', 'fe80::1', '0.0.0.0'])
      assert.notEqual(refusedRange(address, 'loopback'), undefined);
  });

  test('everything can be allowed but the metadata addresses', () => {
    for (const address of ['127.0.0.1', '10.0.0.1', 'fd12::1', '100.64.0.1'])
      assert.equal(refusedRange(address, 'all'), undefined);
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
      '64:ff9b::a9fe:a9fe',
    ]) {
      assert.equal(refusedRange(address, 'all'), 'cloud metadata', address);
    }
  });

  test('what is no address is refused', () => {
    for (const text of ['', 'localhost', '1.2.3.4.5', ':::'])
      assert.equal(refusedRange(text, 'none'), 'unreadable');
  });
});
