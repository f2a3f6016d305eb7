;; The two passes of a separable resize over interleaved 8-bit pixels, in SIMD.
;;
;; Weights are 22-bit fixed point (1.0 is 1 << 22). Every result is (2^21 + Σ weight · value) >> 22, clipped to 0…255
;; by the saturating narrowings. Reads go up to 15 bytes past what has a weight, and writes up to 15 past the result:
;; the caller leaves room, and writes rows in their order.
(module
  (memory (export "memory") 1)

  ;; One row of RGB across. `first`: i32 byte offsets into the row, one per pixel; `weights`: i32, `taps` per pixel,
  ;; `taps` a multiple of 4.
  (func (export "acrossRgb")
    (param $row i32) (param $to i32) (param $first i32) (param $weights i32) (param $taps i32) (param $pixels i32)
    (local $from i32) (local $left i32) (local $end i32) (local $sum v128) (local $v v128) (local $zero v128)
    (local.set $end (i32.add (local.get $first) (i32.shl (local.get $pixels) (i32.const 2))))
    (loop $pixel
      (local.set $from (i32.add (local.get $row) (i32.load (local.get $first))))
      (local.set $left (local.get $taps))
      (local.set $sum (v128.const i32x4 0x200000 0x200000 0x200000 0))
      (loop $four
        (local.set $v (v128.load (local.get $from)))
        (local.set $sum (i32x4.add (local.get $sum)
          (i32x4.add
            (i32x4.add
              (i32x4.mul (v128.load32_splat (local.get $weights))
                (i8x16.shuffle 0 16 16 16 1 16 16 16 2 16 16 16 16 16 16 16 (local.get $v) (local.get $zero)))
              (i32x4.mul (v128.load32_splat offset=4 (local.get $weights))
                (i8x16.shuffle 3 16 16 16 4 16 16 16 5 16 16 16 16 16 16 16 (local.get $v) (local.get $zero))))
            (i32x4.add
              (i32x4.mul (v128.load32_splat offset=8 (local.get $weights))
                (i8x16.shuffle 6 16 16 16 7 16 16 16 8 16 16 16 16 16 16 16 (local.get $v) (local.get $zero)))
              (i32x4.mul (v128.load32_splat offset=12 (local.get $weights))
                (i8x16.shuffle 9 16 16 16 10 16 16 16 11 16 16 16 16 16 16 16 (local.get $v) (local.get $zero)))))))
        (local.set $from (i32.add (local.get $from) (i32.const 12)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (br_if $four (local.tee $left (i32.sub (local.get $left) (i32.const 4)))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store32_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $to (i32.add (local.get $to) (i32.const 3)))
      (br_if $pixel (i32.lt_u
        (local.tee $first (i32.add (local.get $first) (i32.const 4)))
        (local.get $end)))))

  ;; One row of grey across; as `acrossRgb`.
  (func (export "acrossGrey")
    (param $row i32) (param $to i32) (param $first i32) (param $weights i32) (param $taps i32) (param $pixels i32)
    (local $from i32) (local $left i32) (local $end i32) (local $sum v128)
    (local.set $end (i32.add (local.get $first) (i32.shl (local.get $pixels) (i32.const 2))))
    (loop $pixel
      (local.set $from (i32.add (local.get $row) (i32.load (local.get $first))))
      (local.set $left (local.get $taps))
      (local.set $sum (v128.const i32x4 0x200000 0 0 0))
      (loop $four
        (local.set $sum (i32x4.add (local.get $sum)
          (i32x4.mul (v128.load (local.get $weights))
            (i32x4.extend_low_i16x8_u (i16x8.extend_low_i8x16_u (v128.load32_zero (local.get $from)))))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 16)))
        (br_if $four (local.tee $left (i32.sub (local.get $left) (i32.const 4)))))
      (local.set $sum (i32x4.add (local.get $sum)
        (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $sum) (local.get $sum))))
      (local.set $sum (i32x4.add (local.get $sum)
        (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $sum) (local.get $sum))))
      (local.set $sum (i32x4.shr_s (local.get $sum) (i32.const 22)))
      (local.set $sum (i16x8.narrow_i32x4_s (local.get $sum) (local.get $sum)))
      (v128.store8_lane 0 (local.get $to) (i8x16.narrow_i16x8_u (local.get $sum) (local.get $sum)))
      (local.set $to (i32.add (local.get $to) (i32.const 1)))
      (br_if $pixel (i32.lt_u
        (local.tee $first (i32.add (local.get $first) (i32.const 4)))
        (local.get $end)))))

  ;; One row down, of any number of channels: `rows` holds the i32 addresses of `taps` rows, `weights` their i32
  ;; weights; `bytes` of each.
  (func (export "down")
    (param $rows i32) (param $to i32) (param $weights i32) (param $taps i32) (param $bytes i32)
    (local $at i32) (local $tap i32) (local $end i32) (local $v v128) (local $w v128) (local $zero v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.shl (local.get $taps) (i32.const 2)))
    (loop $sixteen
      (local.set $a (v128.const i32x4 0x200000 0x200000 0x200000 0x200000))
      (local.set $b (local.get $a))
      (local.set $c (local.get $a))
      (local.set $d (local.get $a))
      (local.set $tap (i32.const 0))
      (loop $each
        (local.set $v (v128.load (i32.add (local.get $at)
          (i32.load (i32.add (local.get $rows) (local.get $tap))))))
        (local.set $w (v128.load32_splat (i32.add (local.get $weights) (local.get $tap))))
        (local.set $a (i32x4.add (local.get $a) (i32x4.mul (local.get $w)
          (i8x16.shuffle 0 16 16 16 1 16 16 16 2 16 16 16 3 16 16 16 (local.get $v) (local.get $zero)))))
        (local.set $b (i32x4.add (local.get $b) (i32x4.mul (local.get $w)
          (i8x16.shuffle 4 16 16 16 5 16 16 16 6 16 16 16 7 16 16 16 (local.get $v) (local.get $zero)))))
        (local.set $c (i32x4.add (local.get $c) (i32x4.mul (local.get $w)
          (i8x16.shuffle 8 16 16 16 9 16 16 16 10 16 16 16 11 16 16 16 (local.get $v) (local.get $zero)))))
        (local.set $d (i32x4.add (local.get $d) (i32x4.mul (local.get $w)
          (i8x16.shuffle 12 16 16 16 13 16 16 16 14 16 16 16 15 16 16 16 (local.get $v) (local.get $zero)))))
        (br_if $each (i32.lt_u
          (local.tee $tap (i32.add (local.get $tap) (i32.const 4)))
          (local.get $end))))
      (v128.store (i32.add (local.get $to) (local.get $at))
        (i8x16.narrow_i16x8_u
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $a) (i32.const 22)) (i32x4.shr_s (local.get $b) (i32.const 22)))
          (i16x8.narrow_i32x4_s
            (i32x4.shr_s (local.get $c) (i32.const 22)) (i32x4.shr_s (local.get $d) (i32.const 22)))))
      (br_if $sixteen (i32.lt_u
        (local.tee $at (i32.add (local.get $at) (i32.const 16)))
        (local.get $bytes))))))
