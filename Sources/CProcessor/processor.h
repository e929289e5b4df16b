// Which instructions a translation was built for, and which the running processor has; and hints
// to it that Swift has no words for.
//
// Everything here is `static inline`: each importing module compiles its own copy with its own
// instruction level. `processor_built_features` therefore answers for the module that calls it,
// and `processor_available_features`, called from a module at the architecture's baseline, runs
// on any processor.
#pragma once

#include <stdint.h>

// Ask for the cache line of an address that is soon to be read, or read and written. They change
// nothing but the time, and any address is allowed.
static inline void processor_prefetch(const void *address) { __builtin_prefetch(address); }
static inline void processor_prefetch_for_writing(const void *address) {
  __builtin_prefetch(address, 1);
}

// Extensions of x86-64 that a compiler may use without being asked by an intrinsic, and their
// cryptographic neighbours. Columns: name (as in Linux's /proc/cpuinfo, where it has one), macro
// that the compiler defines as 1 when it builds for the extension, `processor_words` member and
// bit that report it, and the register state that the operating system has to save for it.
// Sources: Intel SDM volume 2A, CPUID; AMD APM volume 3, appendix E; clang's cpuid.h.
#define PROCESSOR_FEATURES(X)                                              \
  X(sse3, __SSE3__, leaf1_ecx, 0, none)                                    \
  X(pclmulqdq, __PCLMUL__, leaf1_ecx, 1, none)                             \
  X(ssse3, __SSSE3__, leaf1_ecx, 9, none)                                  \
  X(fma, __FMA__, leaf1_ecx, 12, avx)                                      \
  X(cx16, __GCC_HAVE_SYNC_COMPARE_AND_SWAP_16, leaf1_ecx, 13, none)        \
  X(sse4_1, __SSE4_1__, leaf1_ecx, 19, none)                               \
  X(sse4_2, __SSE4_2__, leaf1_ecx, 20, none)                               \
  X(movbe, __MOVBE__, leaf1_ecx, 22, none)                                 \
  X(popcnt, __POPCNT__, leaf1_ecx, 23, none)                               \
  X(aes, __AES__, leaf1_ecx, 25, none)                                     \
  X(avx, __AVX__, leaf1_ecx, 28, avx)                                      \
  X(f16c, __F16C__, leaf1_ecx, 29, avx)                                    \
  X(lahf_lm, __LAHF_SAHF__, extended1_ecx, 0, none)                        \
  X(lzcnt, __LZCNT__, extended1_ecx, 5, none)                              \
  X(sse4a, __SSE4A__, extended1_ecx, 6, none)                              \
  X(xop, __XOP__, extended1_ecx, 11, avx)                                  \
  X(fma4, __FMA4__, extended1_ecx, 16, avx)                                \
  X(tbm, __TBM__, extended1_ecx, 21, none)                                 \
  X(bmi1, __BMI__, leaf7_ebx, 3, none)                                     \
  X(avx2, __AVX2__, leaf7_ebx, 5, avx)                                     \
  X(bmi2, __BMI2__, leaf7_ebx, 8, none)                                    \
  X(avx512f, __AVX512F__, leaf7_ebx, 16, avx512)                           \
  X(avx512dq, __AVX512DQ__, leaf7_ebx, 17, avx512)                         \
  X(adx, __ADX__, leaf7_ebx, 19, none)                                     \
  X(avx512ifma, __AVX512IFMA__, leaf7_ebx, 21, avx512)                     \
  X(avx512cd, __AVX512CD__, leaf7_ebx, 28, avx512)                         \
  X(sha_ni, __SHA__, leaf7_ebx, 29, none)                                  \
  X(avx512bw, __AVX512BW__, leaf7_ebx, 30, avx512)                         \
  X(avx512vl, __AVX512VL__, leaf7_ebx, 31, avx512)                         \
  X(avx512vbmi, __AVX512VBMI__, leaf7_ecx, 1, avx512)                      \
  X(avx512_vbmi2, __AVX512VBMI2__, leaf7_ecx, 6, avx512)                   \
  X(gfni, __GFNI__, leaf7_ecx, 8, none)                                    \
  X(vaes, __VAES__, leaf7_ecx, 9, avx)                                     \
  X(vpclmulqdq, __VPCLMULQDQ__, leaf7_ecx, 10, avx)                        \
  X(avx512_vnni, __AVX512VNNI__, leaf7_ecx, 11, avx512)                    \
  X(avx512_bitalg, __AVX512BITALG__, leaf7_ecx, 12, avx512)                \
  X(avx512_vpopcntdq, __AVX512VPOPCNTDQ__, leaf7_ecx, 14, avx512)          \
  X(avx512_vp2intersect, __AVX512VP2INTERSECT__, leaf7_edx, 8, avx512)     \
  X(avx512_fp16, __AVX512FP16__, leaf7_edx, 23, avx512)                    \
  X(sha512, __SHA512__, leaf7_1_eax, 0, avx)                               \
  X(sm3, __SM3__, leaf7_1_eax, 1, avx)                                     \
  X(sm4, __SM4__, leaf7_1_eax, 2, avx)                                     \
  X(avx_vnni, __AVXVNNI__, leaf7_1_eax, 4, avx)                            \
  X(avx512_bf16, __AVX512BF16__, leaf7_1_eax, 5, avx512)                   \
  X(cmpccxadd, __CMPCCXADD__, leaf7_1_eax, 7, none)                        \
  X(avx_ifma, __AVXIFMA__, leaf7_1_eax, 23, avx)                           \
  X(avx_vnni_int8, __AVXVNNIINT8__, leaf7_1_edx, 4, avx)                   \
  X(avx_ne_convert, __AVXNECONVERT__, leaf7_1_edx, 5, avx)                 \
  X(avx_vnni_int16, __AVXVNNIINT16__, leaf7_1_edx, 10, avx)                \
  X(apx, __APX_F__, leaf7_1_edx, 21, apx)                                  \
  X(avx10_2, __AVX10_2__, avx10_versions, 2, avx512)

// A feature's place in a mask.
enum processor_feature {
#define PROCESSOR_PLACE(name, macro, word, bit, state) processor_##name,
  PROCESSOR_FEATURES(PROCESSOR_PLACE)
#undef PROCESSOR_PLACE
      processor_feature_count
};

// PROCESSOR_DEFINED(M) is 1 when the macro M is defined as 1, and 0 otherwise: only then does
// pasting form PROCESSOR_COMMA_1, whose comma moves the 1 into second place.
#define PROCESSOR_COMMA_1 0,
#define PROCESSOR_SECOND(first, second, ...) second
#define PROCESSOR_PICK(comma) PROCESSOR_SECOND(comma 1, 0, 0)
#define PROCESSOR_PASTE(value) PROCESSOR_PICK(PROCESSOR_COMMA_##value)
#define PROCESSOR_DEFINED(macro) PROCESSOR_PASTE(macro)

// The features that the calling module was built for; 0 on other architectures.
static inline uint64_t processor_built_features(void) {
#if defined(__x86_64__)
#define PROCESSOR_BUILT(name, macro, word, bit, state) \
  | ((uint64_t)PROCESSOR_DEFINED(macro) << processor_##name)
  return 0 PROCESSOR_FEATURES(PROCESSOR_BUILT);
#undef PROCESSOR_BUILT
#else
  return 0;
#endif
}

// The name of a feature, or a null pointer for a place that has none.
static inline const char *processor_feature_name(int place) {
  switch (place) {
#define PROCESSOR_NAME(name, macro, word, bit, state) \
  case processor_##name:                              \
    return #name;
    PROCESSOR_FEATURES(PROCESSOR_NAME)
#undef PROCESSOR_NAME
    default:
      return 0;
  }
}

#if defined(__x86_64__)
#include <cpuid.h>

// Register states in XCR0 (Intel SDM volume 1, section 13.3): SSE and AVX; those, the mask
// registers, and both parts of the 512-bit registers; the sixteen further integer registers.
enum {
  processor_state_none = 0,
  processor_state_avx = 0x6,
  processor_state_avx512 = 0xe6,
  processor_state_apx = 1 << 19
};

// The words in which the processor reports its extensions.
struct processor_words {
  uint32_t leaf1_ecx, leaf7_ebx, leaf7_ecx, leaf7_edx, leaf7_1_eax, leaf7_1_edx, extended1_ecx;
  // Bit v is set when version v of AVX10 is supported.
  uint32_t avx10_versions;
};

static inline struct processor_words processor_read_words(void) {
  struct processor_words words = {0};
  uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx)) words.leaf1_ecx = ecx;
  if (__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx)) words.extended1_ecx = ecx;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
    uint32_t last_subleaf = eax;
    words.leaf7_ebx = ebx;
    words.leaf7_ecx = ecx;
    words.leaf7_edx = edx;
    if (last_subleaf >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx)) {
      words.leaf7_1_eax = eax;
      words.leaf7_1_edx = edx;
    }
  }
  if ((words.leaf7_1_edx & bit_AVX10) && __get_cpuid_count(0x24, 0, &eax, &ebx, &ecx, &edx)) {
    uint32_t version = ebx & 0xff;
    words.avx10_versions = version < 31 ? (2u << version) - 1 : ~0u;
  }
  return words;
}

// The register states that the operating system saves, as in XCR0.
static inline uint64_t processor_saved_states(uint32_t leaf1_ecx) {
  if (!(leaf1_ecx & bit_OSXSAVE)) return 0;
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  uint64_t states = (uint64_t)high << 32 | low;
#if defined(__APPLE__)
  // macOS enables the 512-bit state for a thread at its first use, and XCR0 omits it until then
  // (LLVM, lib/TargetParser/Host.cpp).
  if ((states & processor_state_avx) == processor_state_avx) states |= processor_state_avx512;
#endif
  return states;
}
#endif

// Tells the processor that the calling thread waits in a loop, which it may leave to a sibling.
static inline void processor_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// The features that this processor has and its operating system supports; 0 on other
// architectures.
static inline uint64_t processor_available_features(void) {
#if defined(__x86_64__)
  struct processor_words words = processor_read_words();
  uint64_t states = processor_saved_states(words.leaf1_ecx);
  uint64_t features = 0;
#define PROCESSOR_AVAILABLE(name, macro, word, bit, state)                           \
  if ((words.word >> bit & 1) && !(processor_state_##state & ~states)) \
    features |= (uint64_t)1 << processor_##name;
  PROCESSOR_FEATURES(PROCESSOR_AVAILABLE)
#undef PROCESSOR_AVAILABLE
  return features;
#else
  return 0;
#endif
}
