/** A graph's name in the zoo, its size in bytes, and the sha256 of its file in lower-case hexadecimal. */
export type PinnedGraph = readonly [name: string, bytes: number, sha256: string];

/**
 * The graphs that can be pulled by name, by family.
 *
 * Source: the Git LFS pointers of github.com/onnx/models, `validated/vision/classification`, at commit
 * b1eeaa1ac722dcc1cd1a8284bde34393dab61c3d. The same files are served by huggingface.co/onnxmodelzoo.
 */
export const pinnedGraphs = {
  squeezenet: [
    ['squeezenet1.1-7', 4_956_208, '1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088'],
  ],
  shufflenet: [
    ['shufflenet-v2-10', 9_218_554, '8b85e969a0a5518b554c99548379d1ba54d973733a6a12012138d91852308584'],
    ['shufflenet-v2-12', 9_218_556, 'ea69821b4dd374ae2f33f9710dd1229ac263d0ee5b5a46ca3521f6483e1ba035'],
    ['shufflenet-v2-12-int8', 2_388_912, 'bf5eefde67941aa7eaa7787316c9c52c4b04e07fc9587a6ea7028883be9a8d4e'],
    ['shufflenet-v2-12-qdq', 2_415_805, '7c536d02e2f6af9569e5f3c7a4d8282060072119524c93c8da71e63876b4722b'],
  ],
  mobilenet: [
    ['mobilenetv2-10', 13_963_115, '0e7c0aa4bc74650386fa1d2c84705753de7c2bdb21909ada5c59154bb429e092'],
    ['mobilenetv2-12', 13_964_571, 'c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5'],
    ['mobilenetv2-12-int8', 3_655_033, 'cc028fe6cae7bc11a4ff53cfc9b79c920e8be65ce33a904ec3e2a8f66d77f95f'],
    ['mobilenetv2-12-qdq', 3_593_903, '41a36090dafe98f4ad8f9b7fe0b218c56ac3c031e547f0367c30655d2702bffe'],
    ['mobilenetv2-7', 14_246_826, 'c1c513582d56afceff8516c73804e484c81c6a830712ab6d682253f4a3cd042f'],
  ],
  efficientnet: [
    ['efficientnet-lite4-11', 51_946_641, 'd111689907c06eea7c82e4833ddef758da6453b9d4cf60b7e99ca05c7cbd9c12'],
    [
      'efficientnet-lite4-11-int8',
      13_585_963,
      '2b3cbb5077262b20df565dacddecb3724c0976c35029a87e512d13aa4eff04a2',
    ],
    [
      'efficientnet-lite4-11-qdq',
      13_469_992,
      '6837d0b19625d4aff8266d7197a7f3775afd82a8c40f9fd0283d52db4955566f',
    ],
  ],
  resnet: [
    ['resnet18-v1-7', 46_820_737, '4e8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c'],
    ['resnet18-v2-7', 46_806_737, '3b4d048057854022232aa20bf68262e31718ab7119a17f920b8a2dc1433f824b'],
    ['resnet34-v1-7', 87_302_588, '883a41b2e30ddc2e422c108b091b5e70b92d37dc5c345a2c563dcae27971e2cc'],
    ['resnet34-v2-7', 87_288_587, '3d3815e25f4b1ea967e2a526a3b27ef2a03af1725bdc199a63a271c26862d914'],
    ['resnet50-v1-12', 102_576_593, '3f03fdef724b22947eed826f1eef1dc5c34151bb4c37d634f1db89dfa2dd1526'],
    ['resnet50-v1-12-int8', 25_816_052, 'c234f30975989788b4405f25253275aae247ab6dbdd34aaa69ab0a59ff76f6d0'],
    ['resnet50-v1-12-qdq', 25_753_167, 'e6429d274805654c79ba68dc886c1efd4eff95393e747c35d3fdab579febd8a0'],
    ['resnet50-v1-7', 102_583_340, 'af16a04a6ec48ac494065d4439fe9dea590d337b9ca6dc328160ccf04a217b9c'],
    ['resnet50-v2-7', 102_442_452, '79102261eb6e5fd7af5d27f41316293e388c5cb691e5d25bfb035c4f64fefe31'],
    ['resnet101-v1-7', 178_914_043, '760702f6ec0138f71ebac66f4e95d1c72dc9267a8544f4d4667a53075fd0497c'],
    ['resnet101-v2-7', 178_682_301, '3a0a819ea0953fb4700b0d98e43540aeee253e5b4c503c552b0c7979fc67767d'],
    ['resnet152-v1-7', 241_816_206, 'b0ec92437bf8c9d0739bf9bafdea9638e13f9e3c1e2fb766ad546cc182fd3f6d'],
    ['resnet152-v2-7', 241_503_848, '40fb3f6dd313ba786a2c8077a0ef7d7b4afeda5d037365400d3a7fbc2b1bee64'],
  ],
  vgg: [
    ['vgg16-12', 553_437_752, '722c42f53ca03a5480296bf8f9c85a151de3eed9ec982d7d2302ff6e2900c67b'],
    ['vgg16-12-int8', 138_407_238, '0d0a8e1d69f70404421e37dbad4f8bd21d42758e9f426bd5b39e9e4e9e1afa23'],
    ['vgg16-12-qdq', 138_424_439, '74ae0fa7e9e5b16782581bf17b5582080d1c06b69ed59410c7b1f190d9328bb1'],
    ['vgg16-7', 553_437_328, 'f20805a3ecccaa88647bbab4ad011ff2412a9838485ea844de0fcbce349820b9'],
    ['vgg16-bn-7', 553_512_191, '4fdceabf1ef715c9ed3020fa2eac1cb2a448296c086b03633c80cf47e1c5afce'],
    ['vgg19-7', 574_677_321, '692f9f927f1df1b89033787a77a73eac59fd9b3344f9ecdf0b13221e41c2046f'],
    ['vgg19-bn-7', 574_774_380, 'ce0987dfa6228ad29708013f38b7f73cbc14ca6066a05fc22ee49b35871c63ed'],
  ],
} as const satisfies Readonly<Record<string, readonly PinnedGraph[]>>;

/** A family of the catalogue: graphs that take the same pixels. */
export type FamilyName = keyof typeof pinnedGraphs;
