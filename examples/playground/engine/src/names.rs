//! The choices in the settings.

use playground_network::named;

named!(
    /// The loss; `Auto` is the one that suits the data.
    LossName {
        Auto: "auto",
        BinaryCrossEntropy: "binary_cross_entropy",
        MeanSquaredError: "mean_squared_error",
        Huber: "huber",
    }
);
named!(
    /// The optimizer.
    OptimizerName {
        Sgd: "sgd",
        Momentum: "momentum",
        Nesterov: "nesterov",
        Adam: "adam",
        AdamW: "adamw",
        AmsGrad: "amsgrad",
        RmsProp: "rmsprop",
        AdaGrad: "adagrad",
    }
);
named!(
    /// How the learning rate falls.
    DecayName {
        Constant: "constant",
        Step: "step",
        Exponential: "exponential",
        Cosine: "cosine",
        Plateau: "plateau",
    }
);
named!(
    /// How gradients are clipped.
    ClipName { None: "none", Value: "value", Norm: "norm" }
);
named!(
    /// How weights are drawn.
    InitName {
        Default: "default",
        HeNormal: "he_normal",
        HeUniform: "he_uniform",
        GlorotNormal: "glorot_normal",
        GlorotUniform: "glorot_uniform",
        LeCunNormal: "lecun_normal",
        LeCunUniform: "lecun_uniform",
    }
);
