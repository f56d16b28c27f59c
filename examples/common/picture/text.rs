//! Text in pixels. Plotters puts letters at whole pixels, and loses the space before them.

use ab_glyph::{Font, FontRef, GlyphId, InvalidFont, OutlinedGlyph, ScaleFont, point};

/// The font of all pictures.
pub const FONT: &[u8] = epaint_default_fonts::UBUNTU_LIGHT;

/// The outlines of the letters, from x = 0 to the width, which comes with them. The middle of capitals is at half of
/// [`height`].
pub fn outlines(text: &str, size: f64) -> Result<(Vec<OutlinedGlyph>, f32), InvalidFont> {
    let font = FontRef::try_from_slice(FONT)?;
    let scaled = font.as_scaled(size as f32);
    let baseline = (0.71 * size as f32).round();
    let (mut x, mut before, mut outlines) = (0.0, None::<GlyphId>, vec![]);
    for letter in text.chars() {
        let mut glyph = scaled.scaled_glyph(letter);
        x += before.map_or(0.0, |before| scaled.kern(before, glyph.id));
        before = Some(glyph.id);
        glyph.position = point(x, baseline);
        x += scaled.h_advance(glyph.id);
        outlines.extend(scaled.outline_glyph(glyph));
    }
    Ok((outlines, x))
}

/// The height of a line, as plotters has it.
pub fn height(size: f64) -> f32 {
    (size / 1.24) as f32
}
