//! Layers with several axes that do not fit: 4 steps behind 5, 2 channels behind 3.
use bareprop::{AllStates, Flatten, GlobalAveragePool, Gru, Layer, LayerNorm, MaxPool1d};

fn network<N: Layer>() {}

fn main() {
    network::<(MaxPool1d<10, 5, 3, 2>, Gru<4, 3, 8>)>();
    network::<(Gru<10, 2, 3, AllStates>, GlobalAveragePool<[[f32; 2]; 10]>)>();
    network::<(Flatten<[[f32; 3]; 4], 12>, LayerNorm<11>)>();
}
